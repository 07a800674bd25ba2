namespace Weighhouse.Versioning.Repositories;

internal sealed record StoredRepository(long Number, Repository Facts);
