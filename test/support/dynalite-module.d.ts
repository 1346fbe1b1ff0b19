declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface Options {
    /** ms that a table stays in CREATING */
    createTableMs?: number
    /** ms that a table stays in DELETING */
    deleteTableMs?: number
    /** ms that a table stays in UPDATING */
    updateTableMs?: number
  }

  export default function dynalite(options?: Options): Server
}
