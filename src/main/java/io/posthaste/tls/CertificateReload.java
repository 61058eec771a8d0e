package io.posthaste.tls;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of a look at the files of the certificates. Immutable.
 *
 * @param isChanged whether anything is not as at the look before, in the files or in what is wrong with them
 * @param isSwapped whether other certificates are in force now
 * @param faults what is wrong and not in force, whole sentences for the operator by the file or directory they are about
 */
public record CertificateReload(boolean isChanged, boolean isSwapped, Map<String, String> faults) {
    public CertificateReload {
        faults = Collections.unmodifiableMap(new LinkedHashMap<>(faults));
    }
}
