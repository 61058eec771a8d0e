// Takes every recipient and discards every message.
exports.hook_rcpt = (next) => next(OK);
exports.hook_queue = (next) => next(OK);
