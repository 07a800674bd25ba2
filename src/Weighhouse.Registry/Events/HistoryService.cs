using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Registry.Models;

namespace Weighhouse.Registry.Events;

internal sealed class HistoryService(IDatabase database, PastReader past, RegistryOptions options) : IRegistryHistory
{
    private static readonly SqlText ListEvents = RegistrySql.Catalog["ListEvents"];

    public ValueTask<Result<Page<RegistryEvent>>> ListAsync(
        Principal caller, string model, PageRequest page, CancellationToken cancellation)
    {
        if (page.Size < 1 || page.Size > options.EventPageMax)
            return new(Error.Invalid($"A page has 1 to {options.EventPageMax} events; {page.Size} were asked for.", "max_results"));
        var query = $"events\n{model}";
        var before = long.MaxValue;
        if (page.Token is not null)
        {
            var decoded = PageToken.Decode(query, page.Token, 1);
            if (!decoded.TryGet(out var values, out var error)) return new(error);
            if (!long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out before))
                return new(Error.Invalid("Invalid page_token. Start again without page_token.", "page_token"));
        }

        return database.ReadAsync<Result<Page<RegistryEvent>>>(
            async session =>
            {
                var found = await ModelTable.FindAsync(session, caller, model, Permission.View);
                if (!found.TryGet(out var stored, out var error)) return error;
                var events = await session.Prepare(ListEvents)
                    .Bind("model_no", stored.Number).Bind("before_no", before).Bind("limit", page.Size + 1L).ListAsync(Read);
                if (events.Count <= page.Size) return new Page<RegistryEvent>(events, null);
                events.RemoveAt(page.Size);
                return new Page<RegistryEvent>(
                    events, PageToken.Encode(query, events[^1].Number.ToString(CultureInfo.InvariantCulture)));
            },
            cancellation);
    }

    public ValueTask<Result<ModelState>> AsOfAsync(Principal caller, string model, long atMs, CancellationToken cancellation) =>
        database.ReadAsync(session => PastReader.ModelAsync(session, caller, model, atMs), cancellation);

    public ValueTask<Result<Page<ModelState>>> AsOfAsync(
        Principal caller, long atMs, PageRequest page, CancellationToken cancellation) =>
        database.ReadAsync(session => past.RegistryAsync(session, caller, atMs, page), cancellation);

    public ValueTask<Result<Page<ModelDifference>>> DiffAsync(
        Principal caller, long fromMs, long toMs, PageRequest page, CancellationToken cancellation) =>
        fromMs > toMs
            ? new(Error.Invalid($"The instant {fromMs} is later than {toMs}. Name the earlier one first.", "from"))
            : database.ReadAsync(session => past.DiffAsync(session, caller, fromMs, toMs, page), cancellation);

    internal static RegistryEvent Read(DbRow row) => new(
        row.Long(0), row.Long(1), row.Text(2), row.Text(3), row.LongOrNull(4), row.Text(5), row.TextOrNull(6), row.TextOrNull(7));
}
