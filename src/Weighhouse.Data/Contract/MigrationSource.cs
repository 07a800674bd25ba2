using System.Reflection;

namespace Weighhouse.Data;

/// <summary>
/// A module's schema: Migrations/0001_name.sql (SQLite) and Migrations/0001_name.pg.sql (PostgreSQL), forward only, applied in
/// order at start under a lock, each remembered with its checksum. Tables carry the module's prefix: <c>tracking_runs</c>.
/// </summary>
public sealed record MigrationSource(string Module, Assembly Assembly);
