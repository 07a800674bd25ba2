using Microsoft.AspNetCore.Http;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Audit;

internal sealed class AuditLog(IDatabase database, IHttpContextAccessor accessor, TimeProvider time) : IAuditLog, IAuditTrail
{
    private const int PageSizeMax = 1_000;
    private const int VerifyStep = 1_000;
    private const string Query = "audit";

    private static readonly SqlText SelectAudit = AccessSql.Catalog["SelectAudit"];
    private static readonly SqlText SelectForward = AccessSql.Catalog["SelectAuditForward"];
    private static readonly SqlText SelectHead = AccessSql.Catalog["SelectAuditHead"];

    public async ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellation)
    {
        var origin = Origin();
        var written = await database.WriteAsync(async session =>
        {
            await AppendAsync(session, entry, origin);
            return Done.Ok;
        }, cancellation);
        if (written.Error is { } error) throw new DatabaseException(error);
    }

    /// <summary>Where the present request comes from. Ask before the unit of work begins: it runs on the writer's thread.</summary>
    public AuditOrigin Origin() => AuditOrigin.Of(accessor.HttpContext);

    /// <summary>For changes of this module: the record and the change commit together.</summary>
    public ValueTask AppendAsync(DbSession session, AuditEntry entry, AuditOrigin origin) =>
        AuditChain.AppendAsync(session, entry, origin, time.GetUtcNow().ToUnixTimeMilliseconds());

    public async ValueTask<Result<Page<AuditRecord>>> ListAsync(Principal caller, PageRequest page, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        if (page.Size is < 1 or > PageSizeMax) return Error.Invalid($"A page has 1 to {PageSizeMax} records, not {page.Size}.", "size");
        var before = long.MaxValue;
        if (page.Token is not null)
        {
            var decoded = PageToken.Decode(Query, page.Token, 1);
            if (!decoded.TryGet(out var values, out var error)) return error;
            if (!long.TryParse(values[0], out before)) return Error.Invalid("Invalid page_token.", "token");
        }

        var records = await database.ReadAsync(
            session => session.Prepare(SelectAudit).Bind("before_entry", before).Bind("size", page.Size + 1).ListAsync(Read), cancellation);
        var isLast = records.Count <= page.Size;
        if (!isLast) records.RemoveAt(page.Size);
        return new Page<AuditRecord>(records, isLast ? null : PageToken.Encode(Query, records[^1].Number.ToString()));
    }

    public async ValueTask<Result<AuditVerdict>> VerifyAsync(Principal caller, CancellationToken cancellation)
    {
        if (caller.Refuse(Permission.Administer, Scope.Server) is { } refusal) return refusal;
        var hash = AuditChain.Root;
        long number = 0;
        while (true)
        {
            var (records, head) = await StepAsync(number, cancellation);
            foreach (var record in records)
            {
                number++;
                if (record.Number != number) return Broken(number, hash, $"Record {number} is missing: the next one is {record.Number}.");
                hash = Link(hash, record);
                if (record.Hash != Convert.ToHexStringLower(hash))
                    return Broken(number, hash, $"Record {number} has been changed, or one before it: its hash does not follow.");
            }

            if (records.Count == VerifyStep) continue;
            if (head.Number > number) return Broken(number + 1, hash, $"Records {number + 1} to {head.Number} are missing at the end.");
            if (head.Number < number || !head.Hash.AsSpan().SequenceEqual(hash))
                return Broken(number, hash, $"The chain's end is written down as record {head.Number}, and not as this one.");
            return new AuditVerdict(number, null, Convert.ToHexStringLower(hash));
        }
    }

    /// <summary>Some records after a number, and the end of the chain as it was at the same moment.</summary>
    private ValueTask<(List<AuditRecord> Records, AuditHead Head)> StepAsync(long after, CancellationToken cancellation) =>
        database.ReadAsync(
            async session =>
            {
                var records = await session.Prepare(SelectForward).Bind("after_entry", after).Bind("size", VerifyStep).ListAsync(Read);
                var head = await session.Prepare(SelectHead).FirstAsync(row => new AuditHead(row.Long(0), row.Bytes(1)));
                return (records, head ?? new AuditHead(0, AuditChain.Root));
            },
            cancellation);

    private static byte[] Link(byte[] previous, AuditRecord record) => AuditChain.Link(
        previous,
        record.Number,
        record.TimeMs,
        new AuditEntry(record.Actor, record.Action, record.Subject, record.Before, record.After),
        new AuditOrigin(record.Address, record.RequestId));

    private static AuditVerdict Broken(long at, byte[] hash, string problem) => new(at - 1, at, Convert.ToHexStringLower(hash), problem);

    private static AuditRecord Read(DbRow row) => new(
        row.Long(0), row.Long(1), row.Text(2), row.Text(3), row.Text(4), row.TextOrNull(5), row.TextOrNull(6), row.Text(7), row.Text(8),
        Convert.ToHexStringLower(row.Bytes(9)));
}
