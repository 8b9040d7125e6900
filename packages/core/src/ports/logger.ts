/**
 * Where a room says what it does; silent by default.
 *
 * Levels: `debug`, each step of a protocol; `info`, a change an operator may want to follow (a link opened);
 * `warn`, something was refused or retried and the room goes on; `error`, the room cannot do what it promised.
 * Laws: `log` never throws and never blocks.
 */
export interface Logger {
  log(level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/** A logger that says nothing. */
export const silentLogger: Logger = { log: () => undefined };
