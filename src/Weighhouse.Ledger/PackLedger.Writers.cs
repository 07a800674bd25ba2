using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Ledger;

/// <summary>Leases of writers, and the collection.</summary>
internal sealed partial class PackLedger
{
    private static readonly SqlText JoinEpoch = LedgerModule.Sql["JoinEpoch"];
    private static readonly SqlText RenewWriter = LedgerModule.Sql["RenewWriter"];
    private static readonly SqlText CountLostLeases = LedgerModule.Sql["CountLostLeases"];
    private static readonly SqlText RenewCollector = LedgerModule.Sql["RenewCollector"];
    private static readonly SqlText FindRevision = LedgerModule.Sql["FindRevision"];
    private static readonly SqlText LeaveEpochs = LedgerModule.Sql["LeaveEpochs"];
    private static readonly SqlText ForgetDeadWriters = LedgerModule.Sql["ForgetDeadWriters"];
    private static readonly SqlText CountWritersBefore = LedgerModule.Sql["CountWritersBefore"];
    private static readonly SqlText HoldsLease = LedgerModule.Sql["HoldsLease"];
    private static readonly SqlText DeletePack = LedgerModule.Sql["DeletePack"];
    private static readonly SqlText ForgetExtents = LedgerModule.Sql["ForgetExtents"];
    private static readonly SqlText FindCollection = LedgerModule.Sql["FindCollection"];
    private static readonly SqlText SaveCollection = LedgerModule.Sql["SaveCollection"];
    private static readonly SqlText TryCollect = LedgerModule.Sql["TryCollect"];
    private static readonly SqlText HoldsCollection = LedgerModule.Sql["HoldsCollection"];
    private static readonly SqlText EndCollect = LedgerModule.Sql["EndCollect"];
    private static readonly SqlText IsNamed = LedgerModule.Sql["IsNamed"];
    private static readonly SqlText Sweep = LedgerModule.Sql["Sweep"];
    private static readonly SqlText ForgetSwept = LedgerModule.Sql["ForgetSwept"];

    public ValueTask<Result<bool>> JoinAsync(string writer, int epoch, TimeSpan length, CancellationToken cancellation) =>
        WriteAsync<bool>(
            async session =>
            {
                await session.Prepare(ForgetDeadWriters).ExecuteAsync();
                return await session.Prepare(JoinEpoch)
                    .Bind("writer", writer)
                    .Bind("epoch", epoch)
                    .Bind("length_ms", (long)length.TotalMilliseconds)
                    .ExecuteAsync() == 1;
            },
            cancellation);

    public ValueTask<Result<LedgerPulse>> RenewAsync(string writer, TimeSpan length, CancellationToken cancellation) =>
        WriteAsync<LedgerPulse>(
            async session =>
            {
                var isAlive = await CountAsync(session.Prepare(CountLostLeases).Bind("writer", writer)) == 0;
                var milliseconds = (long)length.TotalMilliseconds;
                await session.Prepare(RenewWriter).Bind("writer", writer).Bind("length_ms", milliseconds).ExecuteAsync();
                await session.Prepare(RenewCollector).Bind("writer", writer).Bind("length_ms", milliseconds).ExecuteAsync();
                return new LedgerPulse(isAlive, await CountAsync(session.Prepare(FindRevision)));
            },
            cancellation);

    public ValueTask<Result<Done>> LeaveAsync(string writer, int beforeEpoch, CancellationToken cancellation) => WriteAsync<Done>(
        async session =>
        {
            await session.Prepare(LeaveEpochs).Bind("writer", writer).Bind("epoch", beforeEpoch).ExecuteAsync();
            return Done.Value;
        },
        cancellation);

    public ValueTask<Result<bool>> IsWrittenBeforeAsync(int epoch, CancellationToken cancellation) => ReadAsync<bool>(
        async session => await CountAsync(session.Prepare(CountWritersBefore).Bind("epoch", epoch)) > 0, cancellation);

    public ValueTask<Result<Done>> DeleteAsync(string writer, IReadOnlyList<string> packs, CancellationToken cancellation) =>
        WriteAsync<Done>(
            async session =>
            {
                if (await CountAsync(session.Prepare(HoldsCollection).Bind("writer", writer)) == 0) return Overtaken();
                await session.ExecuteManyAsync(ForgetExtents, packs, static (statement, pack) => statement.Bind("pack", pack));
                await session.ExecuteManyAsync(DeletePack, packs, static (statement, pack) => statement.Bind("pack", pack));
                return Done.Value;
            },
            cancellation);

    public ValueTask<Result<LedgerCollection>> CollectionAsync(CancellationToken cancellation) => ReadAsync<LedgerCollection>(
        async session =>
        {
            var collection = await session.Prepare(FindCollection).FirstAsync(
                static row => new LedgerCollection((int)row.Long(0), row.Long(1), row.Bytes(2)));
            return collection is not null ? collection : Error.Precondition("The ledger has no store. Restore the database from a backup.");
        },
        cancellation);

    public ValueTask<Result<Done>> SaveCollectionAsync(string writer, int epoch, byte[] state, CancellationToken cancellation) =>
        WriteAsync<Done>(
            async session =>
            {
                var saved = await session.Prepare(SaveCollection)
                    .Bind("writer", writer)
                    .Bind("epoch", epoch)
                    .Bind("state", state)
                    .ExecuteAsync();
                return saved == 1 ? Done.Value : Overtaken();
            },
            cancellation);

    public ValueTask<Result<bool>> TryCollectAsync(string writer, TimeSpan length, CancellationToken cancellation) => WriteAsync<bool>(
        async session => await session.Prepare(TryCollect)
            .Bind("writer", writer)
            .Bind("length_ms", (long)length.TotalMilliseconds)
            .ExecuteAsync() == 1,
        cancellation);

    public ValueTask<Result<Done>> EndCollectAsync(string writer, CancellationToken cancellation) => WriteAsync<Done>(
        async session =>
        {
            await session.Prepare(EndCollect).Bind("writer", writer).ExecuteAsync();
            return Done.Value;
        },
        cancellation);

    public ValueTask<Result<IReadOnlyList<string>>> SweepAsync(IReadOnlyList<string> keys, CancellationToken cancellation) =>
        WriteAsync<IReadOnlyList<string>>(
            async session =>
            {
                var litter = new List<string>();
                await session.Prepare(ForgetSwept).ExecuteAsync();
                foreach (var key in keys)
                {
                    if (await CountAsync(session.Prepare(IsNamed).Bind("key", key)) > 0) continue;
                    await session.Prepare(Sweep).Bind("key", key).ExecuteAsync();
                    litter.Add(key);
                }

                return litter;
            },
            cancellation);

    private static async ValueTask<bool> HoldsLeaseAsync(DbSession session, string writer, int epoch) =>
        await CountAsync(session.Prepare(HoldsLease).Bind("writer", writer).Bind("epoch", epoch)) > 0;

    private static Error Overtaken() =>
        Error.Conflict("Another replica has taken the collection over, as this one was silent for too long. Nothing was deleted.");
}
