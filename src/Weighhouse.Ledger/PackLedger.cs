using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Ledger;

/// <summary>Packs and extents as rows. Leases and the collection are in the other parts of the class.</summary>
internal sealed partial class PackLedger(IDatabase database) : IPackLedger
{
    private static readonly SqlText AddStore = LedgerModule.Sql["AddStore"];
    private static readonly SqlText FindStoreName = LedgerModule.Sql["FindStoreName"];
    private static readonly SqlText SettleChanges = LedgerModule.Sql["SettleChanges"];
    private static readonly SqlText FindMark = LedgerModule.Sql["FindMark"];
    private static readonly SqlText ListChangedPacks = LedgerModule.Sql["ListChangedPacks"];
    private static readonly SqlText ListChangedExtents = LedgerModule.Sql["ListChangedExtents"];
    private static readonly SqlText ReadExtent = LedgerModule.Sql["ReadExtent"];
    private static readonly SqlText IsSwept = LedgerModule.Sql["IsSwept"];
    private static readonly SqlText BeginPack = LedgerModule.Sql["BeginPack"];
    private static readonly SqlText ExtendPack = LedgerModule.Sql["ExtendPack"];
    private static readonly SqlText AddExtent = LedgerModule.Sql["AddExtent"];
    private static readonly SqlText FindOrphan = LedgerModule.Sql["FindOrphan"];
    private static readonly SqlText AdoptPack = LedgerModule.Sql["AdoptPack"];
    private static readonly SqlText ListExtents = LedgerModule.Sql["ListExtents"];
    private static readonly SqlText LeavePack = LedgerModule.Sql["LeavePack"];
    private static readonly SqlText ListFoldable = LedgerModule.Sql["ListFoldable"];
    private static readonly SqlText SumExtentsBetween = LedgerModule.Sql["SumExtentsBetween"];
    private static readonly SqlText ForgetExtentsBetween = LedgerModule.Sql["ForgetExtentsBetween"];
    private static readonly SqlText TouchPack = LedgerModule.Sql["TouchPack"];

    public ValueTask<Result<string>> OpenAsync(string proposedName, CancellationToken cancellation) => WriteAsync<string>(
        async session =>
        {
            await session.Prepare(AddStore).Bind("name", proposedName).Bind("state", Array.Empty<byte>()).ExecuteAsync();
            await session.Prepare(SettleChanges).ExecuteAsync();
            return (await session.Prepare(FindStoreName).FirstAsync(static row => row.Text(0)))!;
        },
        cancellation);

    public ValueTask<Result<LedgerChanges>> ChangesAsync(long mark, CancellationToken cancellation) => ReadAsync<LedgerChanges>(
        async session =>
        {
            var next = (await session.Prepare(FindMark).LongAsync())!.Value;
            var extents = new Dictionary<string, List<LedgerExtent>>(StringComparer.Ordinal);
            await session.Prepare(ListChangedExtents).Bind("mark", mark).ForEachAsync(row =>
            {
                var pack = row.Text(0);
                if (!extents.TryGetValue(pack, out var list)) extents.Add(pack, list = []);
                list.Add(new LedgerExtent(row.Long(1), row.Long(2), row.TextOrNull(3)));
                return true;
            });
            var packs = await session.Prepare(ListChangedPacks).Bind("mark", mark).ListAsync(row => new LedgerPack(
                row.Text(0),
                (int)row.Long(1),
                (int)row.Long(2),
                row.Long(3),
                row.Bool(4),
                extents.TryGetValue(row.Text(0), out var list) ? list : []));
            return new LedgerChanges(next, packs);
        },
        cancellation);

    public ValueTask<Result<byte[]>> ReadAsync(string pack, long startBytes, CancellationToken cancellation) => ReadAsync<byte[]>(
        async session =>
        {
            var bytes = await session.Prepare(ReadExtent)
                .Bind("pack", pack)
                .Bind("start_bytes", startBytes)
                .FirstAsync(static row => row.Bytes(0));
            return bytes is not null ? bytes : Error.NotFound($"The ledger has no bytes of pack {pack} at {startBytes}.");
        },
        cancellation);

    public ValueTask<Result<Done>> AppendAsync(LedgerAppend append, CancellationToken cancellation) => WriteAsync<Done>(
        async session =>
        {
            if (await RefuseAsync(session, append) is { } refusal) return refusal;
            var extent = append.Extent;
            if (extent.StartBytes == 0)
            {
                await session.Prepare(BeginPack)
                    .Bind("pack", append.Pack)
                    .Bind("kind", append.Kind)
                    .Bind("epoch", append.Epoch)
                    .Bind("writer", append.Writer)
                    .Bind("end_bytes", extent.EndBytes)
                    .ExecuteAsync();
            }
            else
            {
                var extended = await session.Prepare(ExtendPack)
                    .Bind("pack", append.Pack)
                    .Bind("writer", append.Writer)
                    .Bind("start_bytes", extent.StartBytes)
                    .Bind("end_bytes", extent.EndBytes)
                    .ExecuteAsync();
                if (extended == 0) return Unavailable($"Pack {append.Pack} does not end at {extent.StartBytes} any more. Try again.");
            }

            await AddAsync(session, append.Pack, extent, append.Bytes);
            return Done.Value;
        },
        cancellation);

    public ValueTask<Result<LedgerPack>> AdoptAsync(
        string writer, int kind, int epoch, long shorterThanBytes, CancellationToken cancellation) => WriteAsync<LedgerPack>(
            async session =>
            {
                if (!await HoldsLeaseAsync(session, writer, epoch)) return Unavailable("This server's lease has ended. Try again.");
                var (pack, end) = await session.Prepare(FindOrphan)
                    .Bind("kind", kind)
                    .Bind("epoch", epoch)
                    .Bind("shorter_than", shorterThanBytes)
                    .FirstAsync(static row => (row.Text(0), row.Long(1)));
                if (pack is null) return Error.NotFound("Every pack has a writer.");
                await session.Prepare(AdoptPack).Bind("pack", pack).Bind("writer", writer).ExecuteAsync();
                var extents = await session.Prepare(ListExtents).Bind("pack", pack)
                    .ListAsync(static row => new LedgerExtent(row.Long(0), row.Long(1), row.TextOrNull(2)));
                return new LedgerPack(pack, kind, epoch, end, IsDeleted: false, extents);
            },
            cancellation);

    public ValueTask<Result<Done>> CloseAsync(string pack, CancellationToken cancellation) => WriteAsync<Done>(
        async session =>
        {
            await session.Prepare(LeavePack).Bind("pack", pack).ExecuteAsync();
            return Done.Value;
        },
        cancellation);

    public ValueTask<Result<IReadOnlyList<string>>> ListFoldableAsync(int limit, CancellationToken cancellation) =>
        ReadAsync<IReadOnlyList<string>>(
            async session => await session.Prepare(ListFoldable).Bind("limit", limit).ListAsync(static row => row.Text(0)), cancellation);

    public ValueTask<Result<Done>> FoldAsync(string pack, LedgerExtent folded, CancellationToken cancellation) => WriteAsync<Done>(
        async session =>
        {
            if (await CountAsync(session.Prepare(IsSwept).Bind("key", folded.Key)) > 0) return Swept(folded.Key!);
            var there = await CountAsync(BindRange(session.Prepare(SumExtentsBetween), pack, folded));
            if (there != folded.EndBytes - folded.StartBytes)
                return Error.Conflict($"Pack {pack} was folded or deleted by another replica meanwhile.");
            await BindRange(session.Prepare(ForgetExtentsBetween), pack, folded).ExecuteAsync();
            await AddAsync(session, pack, folded, null);
            await session.Prepare(TouchPack).Bind("pack", pack).ExecuteAsync();
            return Done.Value;
        },
        cancellation);

    private static async ValueTask<Error?> RefuseAsync(DbSession session, LedgerAppend append)
    {
        if (!await HoldsLeaseAsync(session, append.Writer, append.Epoch))
            return Error.Precondition("This server was away from the database for too long; what it was writing is given up. Try again.");
        if (append.Extent.Key is not { } key) return null;
        return await CountAsync(session.Prepare(IsSwept).Bind("key", key)) > 0 ? Swept(key) : null;
    }

    private static async ValueTask AddAsync(DbSession session, string pack, LedgerExtent extent, byte[]? bytes) =>
        await session.Prepare(AddExtent)
            .Bind("pack", pack)
            .Bind("start_bytes", extent.StartBytes)
            .Bind("end_bytes", extent.EndBytes)
            .Bind("key", extent.Key)
            .Bind("bytes", bytes)
            .ExecuteAsync();

    private static DbStatement BindRange(DbStatement statement, string pack, LedgerExtent extent) =>
        statement.Bind("pack", pack).Bind("start_bytes", extent.StartBytes).Bind("end_bytes", extent.EndBytes);

    private static async ValueTask<long> CountAsync(DbStatement statement) => await statement.LongAsync() ?? 0;

    private static Error Swept(string key) =>
        Unavailable($"Storing {key} took so long that it was taken for litter. Try again; check the connection to the bucket.");

    private static Error Unavailable(string message) => new(ErrorCode.Unavailable, message);

    private ValueTask<Result<T>> WriteAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation) =>
        database.WriteAsync(work, cancellation);

    private async ValueTask<Result<T>> ReadAsync<T>(Func<DbSession, ValueTask<Result<T>>> work, CancellationToken cancellation)
    {
        try
        {
            return await database.ReadAsync(work, cancellation);
        }
        catch (DatabaseException failure)
        {
            return failure.Error;
        }
    }
}
