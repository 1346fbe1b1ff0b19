/**
 * Loads what is rare with the first that needs it. All later ones get the same promise: to ask Node again for
 * a module that is there takes it 10 µs. What could not be loaded is asked for anew.
 */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
