import { ByteReader } from "./byte-reader.js";
import { checkJson } from "./check-value.js";
import type { FieldSource } from "./field-source.js";
import { refuse } from "./refusal.js";
import type { ElementId } from "./wire-update.js";

/** Version 1: one field after the other. */
export const sourceV1 = (update: Uint8Array): FieldSource => {
  const rest = new ByteReader(update);
  const readUint = (): number => rest.readVarUint();
  const readString = (): string => rest.readVarString();
  const readId = (): ElementId => ({ client: rest.readVarUint(), clock: rest.readVarUint() });
  return {
    rest,
    readInfo: () => rest.readByte(),
    readClient: readUint,
    readLeftId: readId,
    readRightId: readId,
    readString,
    readKey: readString,
    readParentInfo: readUint,
    readTypeRef: readUint,
    readLength: readUint,
    readJson: () => {
      const text = rest.readVarString();
      checkJson(text);
      return text;
    },
    startDeletions: () => {},
    readDeleteClock: readUint,
    readDeleteLength: readUint,
    end: () => {
      if (rest.left > 0) refuse("trailing-bytes");
    },
  };
};
