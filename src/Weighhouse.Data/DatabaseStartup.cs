using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>Takes the directory, opens the engine, migrates; and gives everything back in the opposite order at the end.</summary>
internal sealed class DatabaseStartup(
    IDatabaseEngine database,
    DatabaseOptions options,
    IEnumerable<MigrationSource> sources,
    TimeProvider time,
    ILogger<DatabaseStartup> logger) : IDatabaseStartup, IHostedLifecycleService, IAsyncDisposable
{
    private static readonly SqlText ForgetLeases = DataModule.Sql["ForgetLeases"];
    private static readonly SqlText ForgetJobLeases = DataModule.Sql["ForgetJobLeases"];

    private readonly SemaphoreSlim _once = new(1, 1);
    private DataDirectory? _directory;
    private Result<Done>? _outcome;

    public async Task<Result<Done>> PrepareAsync(CancellationToken cancellation)
    {
        await _once.WaitAsync(cancellation);
        try
        {
            _outcome ??= await PrepareOnceAsync(cancellation);
            return _outcome.Value;
        }
        finally
        {
            _once.Release();
        }
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(cancellationToken);
        if (prepared.IsFailure) throw new DatabaseException(prepared.Error);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        _directory?.Dispose();
        _once.Dispose();
    }

    private async Task<Result<Done>> PrepareOnceAsync(CancellationToken cancellation)
    {
        var wrong = options.Validate();
        if (wrong.Count > 0)
            return Error.Invalid(string.Join('\n', wrong.Select(static error => error.Message)), wrong[0].Field);

        if (!DataDirectory.Own(options.DataDirectory, time).TryGet(out _directory, out var error)) return error;
        var opened = await database.OpenAsync(cancellation);
        if (opened.IsFailure) return opened;
        DataMetrics.Watch(database);
        var migrated = await new Migrator(database, sources, options.IsForOneCommand, time, logger).RunAsync(cancellation);
        var mayHaveHolders = database.Engine is DatabaseEngine.Sqlite && !options.IsForOneCommand;
        return migrated.IsFailure || !mayHaveHolders ? migrated : await ForgetHoldersAsync(cancellation);
    }

    /// <summary>On SQLite whoever held a lease or ran a job is a process that has ended, for the directory is now ours.</summary>
    private ValueTask<Result<Done>> ForgetHoldersAsync(CancellationToken cancellation) => database.WriteAsync<Done>(
        static async session =>
        {
            await session.Prepare(ForgetLeases).ExecuteAsync();
            await session.Prepare(ForgetJobLeases).ExecuteAsync();
            return Done.Value;
        },
        cancellation);
}
