using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Events;

/// <summary>What models were, folded from their events.</summary>
internal sealed class PastReader(RegistryOptions options)
{
    private static readonly SqlText ListEventsUntil = RegistrySql.Catalog["ListEventsUntil"];
    private static readonly SqlText ListModelsOnceNamed = RegistrySql.Catalog["ListModelsOnceNamed"];
    private static readonly SqlText ListModelsSince = RegistrySql.Catalog["ListModelsSince"];
    private static readonly SqlText ListModelsChanged = RegistrySql.Catalog["ListModelsChanged"];

    private readonly record struct Known(long Number, string Project, string Name)
    {
        public Scope Scope => Scope.Model(Project, Name);
    }

    public async ValueTask<Result<ModelState>> ModelAsync(DbSession session, Principal caller, string name, long atMs)
    {
        foreach (var model in await session.Prepare(ListModelsOnceNamed).Bind("name", name).ListAsync(Read))
        {
            if (await StateAsync(session, model, atMs) is not { } state || state.Name != name) continue;
            return caller.Refuse(Permission.View, model.Scope) is { } refusal ? refusal : state;
        }

        return Error.NotFound($"There was no registered model {name} at {TextOf(atMs)}.");
    }

    public async ValueTask<Result<Page<ModelState>>> RegistryAsync(DbSession session, Principal caller, long atMs, PageRequest page)
    {
        var query = $"registry {atMs}";
        if (!Begin(query, page).TryGet(out var after, out var error)) return error;
        return await TakeAsync(
            page.Size, query, after,
            async (last, count) => await session.Prepare(ListModelsSince)
                .Bind("after_no", last).Bind("at_ms", atMs).Bind("count", count).ListAsync(Read),
            async model => caller.Can(Permission.View, model.Scope) ? await StateAsync(session, model, atMs) : null);
    }

    public async ValueTask<Result<Page<ModelDifference>>> DiffAsync(
        DbSession session, Principal caller, long fromMs, long toMs, PageRequest page)
    {
        var query = $"registry {fromMs} {toMs}";
        if (!Begin(query, page).TryGet(out var after, out var error)) return error;
        return await TakeAsync(
            page.Size, query, after,
            async (last, count) => await session.Prepare(ListModelsChanged)
                .Bind("after_no", last).Bind("from_ms", fromMs).Bind("to_ms", toMs).Bind("count", count).ListAsync(Read),
            async model =>
            {
                if (!caller.Can(Permission.View, model.Scope)) return null;
                var (before, now) = (await StateAsync(session, model, fromMs), await StateAsync(session, model, toMs));
                var changes = StateDiff.Of(before, now);
                return changes.Count == 0 ? null : new ModelDifference(model.Project, now?.Name ?? before?.Name ?? model.Name, changes);
            });
    }

    private static async ValueTask<ModelState?> StateAsync(DbSession session, Known model, long atMs)
    {
        var fold = new StateFold(model.Project);
        await session.Prepare(ListEventsUntil).Bind("model_no", model.Number).Bind("at_ms", atMs).ForEachAsync(row =>
        {
            fold.Apply(HistoryService.Read(row));
            return true;
        });
        return fold.State;
    }

    /// <summary>Fills a page with what is made of models, and leaves out those of which nothing is.</summary>
    private static async ValueTask<Result<Page<T>>> TakeAsync<T>(
        int size, string query, long after, Func<long, int, ValueTask<List<Known>>> list, Func<Known, ValueTask<T?>> make)
        where T : class
    {
        var taken = new List<T>();
        while (true)
        {
            var models = await list(after, size);
            foreach (var model in models)
            {
                after = model.Number;
                if (await make(model) is { } made) taken.Add(made);
                if (taken.Count == size)
                    return new Page<T>(taken, PageToken.Encode(query, after.ToString(CultureInfo.InvariantCulture)));
            }

            if (models.Count < size) return new Page<T>(taken, null);
        }
    }

    private Result<long> Begin(string query, PageRequest page)
    {
        if (page.Size < 1 || page.Size > options.StatePageMax)
            return Error.Invalid($"A page has 1 to {options.StatePageMax} models; {page.Size} were asked for.", "page_size");
        if (page.Token is null) return 0L;
        if (!PageToken.Decode(query, page.Token, 1).TryGet(out var values, out var error)) return error;
        return long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : Error.Invalid("Invalid page_token. Start again without page_token.", "page_token");
    }

    private static Known Read(DbRow row) => new(row.Long(0), row.Text(1), row.Text(2));

    private static string TextOf(long ms) => ms is >= 0 and <= 253_402_300_799_999
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : $"{ms} ms";
}
