/// <reference path="../.sst/platform/config.d.ts" />

import { CONTAINERS } from './sizes.ts'

/** Where containers and their load balancer are. */
export interface Network {
  readonly vpc: aws.ec2.Vpc
  readonly subnets: readonly aws.ec2.Subnet[]
  /** address ranges of the subnets, so of the load balancer */
  readonly ranges: readonly string[]
  /**
   * the way to the Internet, of which nothing else tells: a load balancer is refused in subnets without an
   * internet gateway (InvalidSubnet), and a container without a route gets no image
   */
  readonly ready: readonly $util.Resource[]
}

/**
 * A network of two public subnets. Containers have addresses of their own and call AWS directly, because
 * a NAT gateway or an endpoint for each of AWS's services costs more than they do; nobody calls them, as
 * their security group says. The table is reached by an endpoint, which is free.
 */
export async function network(region: string): Promise<Network> {
  const tags = (name: string) => ({ Name: `${$app.name}-${$app.stage}-${name}` })
  const vpc = new aws.ec2.Vpc('Network', {
    cidrBlock: '10.0.0.0/16',
    enableDnsHostnames: true,
    tags: tags('Network'),
  })
  const gateway = new aws.ec2.InternetGateway('NetworkGateway', {
    vpcId: vpc.id,
    tags: tags('NetworkGateway'),
  })
  const table = new aws.ec2.RouteTable('NetworkRoutes', {
    vpcId: vpc.id,
    routes: [{ cidrBlock: '0.0.0.0/0', gatewayId: gateway.id }],
    tags: tags('NetworkRoutes'),
  })
  new aws.ec2.VpcEndpoint('NetworkTableEndpoint', {
    vpcId: vpc.id,
    serviceName: `com.amazonaws.${region}.dynamodb`,
    routeTableIds: [table.id],
  })
  // without Local Zones and Wavelength Zones, where somebody has opted in, which take neither Fargate nor this
  const { names } = await aws.getAvailabilityZones({
    state: 'available',
    filters: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
  })
  const zones = names.slice(0, CONTAINERS.zones)
  const ranges = zones.map((_, n) => `10.0.${n}.0/24`)
  const places = zones.map((availabilityZone, n) => {
    const subnet = new aws.ec2.Subnet(`NetworkSubnet${n + 1}`, {
      vpcId: vpc.id,
      availabilityZone,
      cidrBlock: ranges[n] ?? '',
      tags: tags(`NetworkSubnet${n + 1}`),
    })
    const routes = new aws.ec2.RouteTableAssociation(`NetworkSubnet${n + 1}Routes`, {
      subnetId: subnet.id,
      routeTableId: table.id,
    })
    return { subnet, routes }
  })
  return {
    vpc,
    subnets: places.map(({ subnet }) => subnet),
    ranges,
    ready: [gateway, ...places.map(({ routes }) => routes)],
  }
}
