using System.Globalization;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Events;

/// <summary>
/// What models were, folded from their events: one statement streams those of a whole batch of models, so that a page costs a bounded
/// number of statements however many models there are.
/// </summary>
internal sealed class PastReader(RegistryOptions options)
{
    private static readonly SqlText ListEventsUntil = RegistrySql.Catalog["ListEventsUntil"];
    private static readonly SqlText ListModelsOnceNamed = RegistrySql.Catalog["ListModelsOnceNamed"];
    private static readonly SqlText ListModelsSince = RegistrySql.Catalog["ListModelsSince"];
    private static readonly SqlText ListModelsChanged = RegistrySql.Catalog["ListModelsChanged"];

    /// <summary>The column of <see cref="ListEventsUntil"/> behind those of an event.</summary>
    private const int ModelColumn = 8;

    private readonly record struct Known(long Number, string Project, string Name)
    {
        public Scope Scope => Scope.Model(Project, Name);
    }

    public static async ValueTask<Result<ModelState>> ModelAsync(DbSession session, Principal caller, string name, long atMs)
    {
        var models = await session.Prepare(ListModelsOnceNamed).Bind("name", name).Bind("at_ms", atMs).ListAsync(Read);
        Result<ModelState> found = Error.NotFound($"There was no registered model {name} at {TextOf(atMs)}.");
        await FoldAsync(session, models, atMs, atMs, (model, span) =>
        {
            // At one instant a name is one model's.
            if (span.Later is not { } state || state.Name != name) return true;
            found = caller.Refuse(Permission.View, model.Scope) is { } refusal ? refusal : state;
            return false;
        });
        return found;
    }

    public ValueTask<Result<Page<ModelState>>> RegistryAsync(DbSession session, Principal caller, long atMs, PageRequest page) =>
        TakeAsync(
            session, caller, page, $"registry {atMs}", atMs, atMs,
            (after, count) => session.Prepare(ListModelsSince)
                .Bind("after_no", after).Bind("at_ms", atMs).Bind("count", count).ListAsync(Read),
            static (_, span) => span.Later);

    public ValueTask<Result<Page<ModelDifference>>> DiffAsync(
        DbSession session, Principal caller, long fromMs, long toMs, PageRequest page) =>
        TakeAsync(
            session, caller, page, $"registry {fromMs} {toMs}", fromMs, toMs,
            (after, count) => session.Prepare(ListModelsChanged)
                .Bind("after_no", after).Bind("from_ms", fromMs).Bind("to_ms", toMs).Bind("count", count).ListAsync(Read),
            static (model, span) =>
            {
                var changes = StateDiff.Of(span.Earlier, span.Later);
                return changes.Count == 0
                    ? null
                    : new ModelDifference(model.Project, span.Later?.Name ?? span.Earlier?.Name ?? model.Name, changes);
            });

    /// <summary>
    /// Fills a page with what is made of models, and leaves out those of which nothing is. Where most are left out, the page ends early
    /// rather than to look at all models there are.
    /// </summary>
    private async ValueTask<Result<Page<T>>> TakeAsync<T>(
        DbSession session, Principal caller, PageRequest page, string query, long fromMs, long toMs,
        Func<long, int, ValueTask<List<Known>>> list, Func<Known, StateSpan, T?> make)
        where T : class
    {
        if (!Begin(query, page).TryGet(out var after, out var error)) return error;
        var taken = new List<T>();
        for (var batch = 0; batch < options.StateBatchesMax; batch++)
        {
            var models = await list(after, options.StatePageMax);
            var visible = models.Where(model => caller.Can(Permission.View, model.Scope)).ToList();
            await FoldAsync(session, visible, fromMs, toMs, (model, span) =>
            {
                after = model.Number;
                if (make(model, span) is { } made) taken.Add(made);
                return taken.Count < page.Size;
            });
            if (taken.Count == page.Size) break;
            if (models.Count < options.StatePageMax) return new Page<T>(taken, null);
            after = models[^1].Number;
        }

        return new Page<T>(taken, PageToken.Encode(query, after.ToString(CultureInfo.InvariantCulture)));
    }

    /// <param name="models">By number.</param>
    /// <param name="take">Given each model once it is folded, by number; returns whether to go on.</param>
    private static async ValueTask FoldAsync(
        DbSession session, IReadOnlyList<Known> models, long fromMs, long toMs, Func<Known, StateSpan, bool> take)
    {
        if (models.Count == 0) return;
        var byNumber = models.ToDictionary(static model => model.Number);
        var numbers = RegistrySql.NumberList(session.Engine, byNumber.Keys);
        var (current, goesOn) = (default(Known), true);
        StateSpan? span = null;
        await session.Prepare(ListEventsUntil).Bind("model_nos", numbers).Bind("at_ms", toMs).ForEachAsync(row =>
        {
            var number = row.Long(ModelColumn);
            if (span is null || number != current.Number)
            {
                if (span is not null && !(goesOn = take(current, span))) return false;
                current = byNumber[number];
                span = new StateSpan(current.Project, fromMs);
            }

            span.Apply(HistoryService.Read(row));
            return true;
        });
        if (goesOn && span is not null) take(current, span);
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
