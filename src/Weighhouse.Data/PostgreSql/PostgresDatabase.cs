using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>The engine of many replicas: a pool of connections, some of which write in lanes.</summary>
internal sealed class PostgresDatabase : IDatabaseEngine
{
    /// <summary>Any number will do as long as no other program uses it: the letters "weigh".</summary>
    private const long MigrationLock = 0x77_65_69_67_68;

    private const int VersionMin = 13;

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _readSource;
    private readonly DatabaseOptions _options;
    private readonly ILogger _logger;
    private readonly WriteQueue _queue;
    private readonly PostgresLane[] _lanes;
    private readonly SemaphoreSlim _readers;
    private readonly LaneGate _gate;
    private Task[] _running = [];
    private bool _disposed;

    public PostgresDatabase(
        NpgsqlConnectionStringBuilder settings, DatabaseOptions options, IdGenerator chance, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _options = options;
        _logger = logger;
        _queue = new WriteQueue(options, time, singleReader: false);
        _gate = new LaneGate(options.PostgresWriteLanes);
        _readers = new SemaphoreSlim(options.ReadersMax, options.ReadersMax);
        // A read that writes is a bug, which the server itself reports.
        _readSource = Build(settings, options.ReadersMax, options.ReadTimeLimitMs, "-c default_transaction_read_only=on");
        // The lanes, and the two that migrations and tools take.
        _source = Build(settings, options.PostgresWriteLanes + 2, options.PostgresWriteTimeLimitMs, "");
        _lanes = new PostgresLane[options.PostgresWriteLanes];
        for (var i = 0; i < _lanes.Length; i++) _lanes[i] = new PostgresLane(_source, options, _queue, _gate, chance, time, logger);
    }

    public DatabaseEngine Engine => DatabaseEngine.PostgreSql;

    public int QueueDepth => _queue.Depth;

    /// <summary>A server starts rarely, and another replica may migrate at any time.</summary>
    public int? Stamp => null;

    public async ValueTask<Result<Done>> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellation);
            if (connection.PostgreSqlVersion.Major < VersionMin)
                return Error.Precondition($"PostgreSQL {connection.ServerVersion} is too old; Weighhouse needs {VersionMin} or newer.");
            DataLog.PostgresOpened(_logger, _settings.Database, _settings.Host, connection.ServerVersion);
        }
        catch (Exception exception) when (PostgresErrors.Expected(exception, "Open") is { } error)
        {
            return error;
        }

        _running = [.. _lanes.Select(static lane => Task.Run(lane.RunAsync))];
        return Done.Ok;
    }

    public async ValueTask<Result<T>> MigrateAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellation);
            // Another replica may be migrating for longer than any read may take.
            await RunAsync(connection, "SET statement_timeout = 0", cancellation);
            await RunAsync(connection, $"SELECT pg_advisory_lock({MigrationLock})", cancellation);
            try
            {
                // Begun after the lock is held, so that its snapshot shows what the replica before has done.
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
                var session = new PostgresSession(connection, transaction, [], cancellation);
                var result = await work(session);
                session.Close();
                if (result.IsFailure) await transaction.RollbackAsync(cancellation);
                else await transaction.CommitAsync(cancellation);
                return result;
            }
            finally
            {
                await RunAsync(connection, $"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None);
            }
        }
        catch (Exception exception) when (PostgresErrors.Expected(exception, "Migrate") is { } error)
        {
            return error;
        }
    }

    public async ValueTask<T> ReadAsync<T>(Func<DbSession, ValueTask<T>> work, CancellationToken cancellation)
    {
        await _readers.WaitAsync(cancellation);
        try
        {
            // A connection that died in the pool, as when the server was restarted, shows it only now: one more try on a new one.
            if (await TryReadAsync(work, isLast: false, cancellation) is { } result) return result.Value;
            return (await TryReadAsync(work, isLast: true, cancellation))!.Value.Value;
        }
        finally
        {
            _readers.Release();
        }
    }

    public async ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation)
    {
        var unit = new WriteUnit<T>(work, cancellation);
        if (await _queue.AddAsync(unit, cancellation) is { } refused) return refused;
        return await unit.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        _queue.Close();
        await Task.WhenAll(_running);
        await _source.DisposeAsync();
        await _readSource.DisposeAsync();
        _readers.Dispose();
        _gate.Dispose();
    }

    /// <summary>Null when the connection broke before it answered anything, and this is not the last try.</summary>
    private async ValueTask<Result<T>?> TryReadAsync<T>(Func<DbSession, ValueTask<T>> work, bool isLast, CancellationToken cancellation)
    {
        PostgresSession? session = null;
        try
        {
            await using var connection = await _readSource.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            session = new PostgresSession(connection, transaction, afterCommit: null, cancellation);
            var result = await work(session);
            session.Close();
            await transaction.CommitAsync(cancellation);
            return result;
        }
        catch (DatabaseException) when (!isLast && session is { HasAnswered: false, Cause: { } cause } && PostgresErrors.IsBroken(cause))
        {
            return null;
        }
        catch (NpgsqlException exception)
        {
            cancellation.ThrowIfCancellationRequested();
            throw PostgresErrors.From(exception, "Read");
        }
        finally
        {
            session?.Close();
        }
    }

    /// <summary>The server enforces the time limit even when this process hangs; the driver's own stands a little behind it.</summary>
    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings, int connectionsMax, int timeLimitMs, string parameters)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.ConnectionStringBuilder.MaxPoolSize = connectionsMax;
        builder.ConnectionStringBuilder.CommandTimeout = timeLimitMs / 1_000 + 5;
        builder.ConnectionStringBuilder.Options = $"{settings.Options} -c statement_timeout={timeLimitMs} {parameters}".Trim();
        return builder.Build();
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
