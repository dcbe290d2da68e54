/** Record separator: the byte before every frame (RFC 7464). */
export const RS = 0x1e;
/** Line feed: the byte after every frame. */
export const LF = 0x0a;
/** Carriage return: one before the LF is dropped. */
export const CR = 0x0d;

/** The version that these types describe. */
export const PROTOCOL = 1;
