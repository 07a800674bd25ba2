using System.Globalization;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>Leases as rows. The database's clock decides, so that replicas whose clocks differ agree.</summary>
internal sealed class LeaseBook(IDatabase database, IdGenerator ids) : ILeases
{
    private static readonly SqlText Take = DataModule.Sql["TakeLease"];
    private static readonly SqlText Renew = DataModule.Sql["RenewLease"];
    private static readonly SqlText Release = DataModule.Sql["ReleaseLease"];

    private readonly string _holder = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}:{ids.Hex32()[..8]}");

    public async ValueTask<Lease?> TryTakeAsync(string name, TimeSpan length, CancellationToken cancellation)
    {
        var fence = await database.WriteAsync<long?>(
            async session => await session.Prepare(Take)
                .Bind("name", name)
                .Bind("holder", _holder)
                .Bind("length_ms", Milliseconds(length))
                .LongAsync(),
            cancellation);
        return OrThrow(fence) is { } taken ? new Lease(name, _holder, taken) : null;
    }

    public async ValueTask<bool> RenewAsync(Lease lease, TimeSpan length, CancellationToken cancellation)
    {
        var renewed = await database.WriteAsync<int>(
            async session => await BindLease(session.Prepare(Renew), lease).Bind("length_ms", Milliseconds(length)).ExecuteAsync(),
            cancellation);
        return OrThrow(renewed) == 1;
    }

    public async ValueTask ReleaseAsync(Lease lease, CancellationToken cancellation) =>
        OrThrow(await database.WriteAsync<int>(
            async session => await BindLease(session.Prepare(Release), lease).ExecuteAsync(),
            cancellation));

    private static DbStatement BindLease(DbStatement statement, Lease lease) =>
        statement.Bind("name", lease.Name).Bind("holder", lease.Holder).Bind("fence", lease.Fence);

    private static long Milliseconds(TimeSpan length)
    {
        Invariant.That(length > TimeSpan.Zero);
        return (long)length.TotalMilliseconds;
    }

    private static T OrThrow<T>(Result<T> result) => result.IsFailure ? throw new DatabaseException(result.Error) : result.Value;
}
