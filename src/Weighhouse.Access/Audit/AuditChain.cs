using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Access.Audit;

/// <summary>
/// The hash chain of docs/formats/audit-log.md: each record's hash covers the one before, so that a record changed or taken out
/// anywhere shows from there on.
/// </summary>
internal static class AuditChain
{
    private static readonly SqlText SelectHead = AccessSql.Catalog["SelectAuditHeadForAppend"];
    private static readonly SqlText Insert = AccessSql.Catalog["InsertAudit"];
    private static readonly SqlText UpdateHead = AccessSql.Catalog["UpdateAuditHead"];

    public static readonly byte[] Root = new byte[SHA256.HashSizeInBytes];

    /// <summary>Appends inside the transaction of the change it tells of.</summary>
    public static async ValueTask AppendAsync(DbSession session, AuditEntry entry, AuditOrigin origin, long nowMs)
    {
        var head = await session.Prepare(SelectHead).FirstAsync(row => new AuditHead(row.Long(0), row.Bytes(1)))
            ?? throw new InvariantException("access_audit_head has no row");
        var number = head.Number + 1;
        var hash = Link(head.Hash, number, nowMs, entry, origin);
        await session.Prepare(Insert)
            .Bind("entry", number).Bind("time", nowMs)
            .Bind("actor", entry.Actor).Bind("action", entry.Action).Bind("subject", entry.Subject)
            .Bind("before", entry.Before).Bind("after", entry.After).Bind("address", origin.Address).Bind("request", origin.RequestId)
            .Bind("hash", hash).ExecuteAsync();
        await session.Prepare(UpdateHead).Bind("entry", number).Bind("hash", hash).ExecuteAsync();
    }

    public static byte[] Link(byte[] previous, long number, long timeMs, AuditEntry entry, AuditOrigin origin)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Add(hash, number);
        Add(hash, timeMs);
        foreach (var field in (ReadOnlySpan<string?>)[entry.Actor, entry.Action, entry.Subject, entry.Before, entry.After, origin.Address,
            origin.RequestId])
            Add(hash, field);
        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    /// <summary>The length goes first, -1 for null, so that no two field lists hash alike.</summary>
    private static void Add(IncrementalHash hash, string? text)
    {
        if (text is null)
        {
            Add(hash, -1L);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        Add(hash, bytes.LongLength);
        hash.AppendData(bytes);
    }
}

/// <summary>The last record's number and hash, kept apart from it.</summary>
internal sealed record AuditHead(long Number, byte[] Hash);

/// <summary>Where the request behind an audit entry came from.</summary>
internal readonly record struct AuditOrigin(string Address, string RequestId)
{
    public static readonly AuditOrigin Process = new("-", "-");

    public static AuditOrigin Of(Microsoft.AspNetCore.Http.HttpContext? context) => context is null
        ? Process
        : new AuditOrigin(context.Connection.RemoteIpAddress?.ToString() ?? "-", context.TraceIdentifier);
}
