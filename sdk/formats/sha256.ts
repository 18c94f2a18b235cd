import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * The SHA-256 of bytes, or of the UTF-8 bytes of a text.
 *
 * @returns  64 lowercase hexadecimal digits
 * @see      FIPS 180-4, doi:10.6028/NIST.FIPS.180-4
 */
export function sha256Hex(content: Uint8Array | string): string {
  return bytesToHex(sha256(typeof content === "string" ? utf8ToBytes(content) : content));
}
