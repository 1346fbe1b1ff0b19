/** Base64 of a text in UTF-8, as the API takes bytes. */
export const base64Of = (text: string): string => base64OfBytes(new TextEncoder().encode(text))

/** Base64 of bytes. */
export function base64OfBytes(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** The bytes of a base64 text, whitespace aside; undefined for what is none. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64.replace(/\s+/g, '')), (one) => one.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** The text that bytes are in UTF-8; undefined for bytes that are none. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
