import { defineOperation } from '../../core/operation.ts'
import { integer, list, oneOf, string, struct } from '../../core/shape/shapes.ts'
import { deepHealth } from '../../core/xks/health.ts'
import { XKS_HEALTH } from '../../core/xks/protocol.ts'
import { auditedCall, metadataOfHealth, xksPrefix } from './xks-members.ts'

/** Tells AWS KMS whether it will be served; no policy is asked. */
export const xksGetHealthStatus = defineOperation({
  name: 'XksGetHealthStatus',
  summary:
    'Tells AWS KMS whether its external key store is served: asks store, root key and trail.',
  http: 'POST /{xksPrefix}/kms/xks/v1/health',
  service: 'xks',
  audience: 'tenant',
  input: struct({ xksPrefix, requestMetadata: metadataOfHealth }),
  output: struct({
    xksProxyFleetSize: integer({ min: 1 }),
    xksProxyVendor: string(),
    xksProxyModel: string(),
    ekmVendor: string(),
    ekmFleetDetails: list(
      struct({ id: string(), model: string(), healthStatus: oneOf(XKS_HEALTH) }),
      { min: 1, max: 10 },
    ),
  }),
  errors: [],
  keys: {},
  // "This API MUST be excluded from secondary authorization"
  needs: 'nothing',
  mutates: false,
  audited: ({ input }) => auditedCall(input.requestMetadata),
  uses: ['health'],
  async run({ context: { region } }, { health }) {
    return {
      xksProxyFleetSize: health.fleet,
      xksProxyVendor: 'tenkey',
      xksProxyModel: 'tenkey',
      ekmVendor: 'tenkey',
      ekmFleetDetails: [{ id: region, model: 'tenkey', healthStatus: await deepHealth(health) }],
    }
  },
})
