package io.posthaste.loadtest;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A switch that is said in words. No boolean, since picocli takes boolean options for flags. */
enum OnOff {
    ON,
    OFF;

    /** For picocli. */
    static final class Converter implements ITypeConverter<OnOff> {
        @Override
        public OnOff convert(String text) {
            for (final OnOff value : values()) {
                if (value.name().equalsIgnoreCase(text)) {
                    return value;
                }
            }
            throw new TypeConversionException("'" + text + "' is neither on nor off");
        }
    }
}
