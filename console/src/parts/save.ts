/** ms that the browser may take to begin reading what is saved */
const READ_WITHIN_MS = 60_000

/** Has the browser save bytes as a file. */
export function save(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // the browser has read nothing of it yet when click() is over
  setTimeout(() => URL.revokeObjectURL(link.href), READ_WITHIN_MS)
}
