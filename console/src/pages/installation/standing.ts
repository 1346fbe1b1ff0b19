import type { Output } from '../../api/request.ts'

/** What GetInstallation answers. */
export type Standing = Output<'GetInstallation'>
