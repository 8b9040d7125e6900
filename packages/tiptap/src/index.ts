export { Manyhands, type ManyhandsStorage } from "./extension.js";
export type { ManyhandsOptions, ManyhandsRoom, ManyhandsUser, UnknownContent } from "./options.js";
export { userColor } from "./user-color.js";
