using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>What start-up and shut-down need of an engine beyond the contract.</summary>
internal interface IDatabaseEngine : IDatabase, IAsyncDisposable
{
    int QueueDepth { get; }

    /// <summary>The <see cref="SchemaStamp"/> of whoever last brought the schema up to date; null where the engine keeps none.</summary>
    int? Stamp { get; }

    ValueTask<Result<Done>> OpenAsync(CancellationToken cancellation);

    /// <summary>Runs <paramref name="work"/> in one transaction while no other process can do the same.</summary>
    ValueTask<Result<T>> MigrateAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation);
}
