import { useEffect, useState } from 'react'

/** ms without a key pressed after which a text is taken to be whole */
const PAUSE = 400

/** A text once nobody types any more. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
