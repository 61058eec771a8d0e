// nodemailer's smtp-server as a sink: reads every message to its end and keeps none. Usage: node smtp-server.js PORT
const { SMTPServer } = require('smtp-server');

new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: 36700160,
    onData(stream, session, callback) {
        stream.on('end', () => callback());
        stream.resume();
    },
}).listen(Number(process.argv[2]), '127.0.0.1');
