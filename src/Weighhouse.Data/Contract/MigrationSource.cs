using System.Reflection;

namespace Weighhouse.Data;

/// <summary>
/// A module's schema: Migrations/0001_name.sql, with Migrations/0001_name.pg.sql beside it where PostgreSQL needs another text.
/// Forward only, applied at start in the order of registration and number, all that are new in one transaction under a lock,
/// each remembered with its checksum. Tables carry the module's prefix: <c>tracking_runs</c>. Registered as a service:
/// <c>services.AddSingleton(new MigrationSource("tracking", assembly))</c>.
/// </summary>
public sealed record MigrationSource(string Module, Assembly Assembly);
