/** Words of the operator’s pages. */
export const tenants = {
  'tenant.active': 'Active',
  'tenant.create': 'Create tenant',
  'tenant.created': 'The tenant is there',
  'tenant.external-id': 'External ID',
  'tenant.external-id.description': 'What your own systems call the tenant (optional).',
  'tenant.name': 'Name',
  'tenant.resume': 'Resume',
  'tenant.resume.description': 'Calls of this tenant are answered again.',
  'tenant.resume.done': 'Tenant {account} goes on.',
  'tenant.suspend': 'Suspend',
  'tenant.suspend.description':
    'Nothing of this tenant is answered until it is resumed. Its keys and data stay.',
  'tenant.suspend.done': 'Tenant {account} is suspended.',
  'tenant.suspended': 'Suspended',
  'tenants.find': 'Find by exact name',
  'tenants.none': 'No tenants',
  'tenants.title': 'Tenants',
} as const
