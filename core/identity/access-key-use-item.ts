import { usedItem } from '../item/item-kind.ts'

/** The last call that an access key signed, as GetAccessKeyLastUsed tells it. */
export interface AccessKeyUse {
  /** Unix ms */
  readonly at: number
  /** as records call it, without its domain: `kms`, `sts`, `iam`, `tenkey` */
  readonly service: string
  /** that it was signed for */
  readonly region: string
}

/** `<region>` is the one whose table has it: that which the process serves, or is in where it serves all. */
export const accessKeyUseItem = usedItem<AccessKeyUse, ['accessKeyId']>({
  name: 'access-key',
  sort: ['accessKeyId'],
})

/** An access key, by its id. */
export interface AccessKey {
  readonly accountId: string
  readonly accessKeyId: string
}
