import type { Connection } from './connection.js';
import { ConnectionTable } from './connection-table.js';

/** The connections of one istiod: their columns, and the objects by id (`xds.DiscoveryServer.adsClients`). */
export class ConnectionRegistry {
  readonly table = new ConnectionTable();
  /** By id; a released one stays until its id is used again. */
  readonly connections: Connection[] = [];

  add(connection: Connection): void {
    this.connections[connection.id] = connection;
  }
}
