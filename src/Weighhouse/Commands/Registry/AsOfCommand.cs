using System.CommandLine;
using System.Globalization;
using Weighhouse.Client.Registry;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Registry;

/// <summary><c>weigh as-of</c>: the registry at an instant, and what is different at another.</summary>
internal static class AsOfCommand
{
    private const int PageSizeMax = 200;

    private static readonly Column<Row>[] Columns =
    [
        new("MODEL", row => row.Model),
        new("VERSION", row => row.Version.ToString(CultureInfo.InvariantCulture), IsNumber: true),
        new("STAGE", row => row.Stage),
        new("ALIASES", row => row.Aliases),
        new("SINCE", row => Output.Time(row.SinceMs)),
        new("BY", row => row.By),
        new("COMMIT", row => row.Commit?[..12]),
    ];

    private static readonly Column<Difference>[] DifferenceColumns =
    [
        new("MODEL", row => row.Model),
        new("WHAT", row => row.What),
        new("BEFORE", row => row.Before),
        new("AFTER", row => row.After),
    ];

    private sealed record Row(string Model, long Version, string Stage, string Aliases, long SinceMs, string By, string? Commit);

    private sealed record Difference(string Model, string What, string? Before, string? After);

    public static Command Create()
    {
        var at = new Argument<string>("time")
        {
            Description = "A time such as 2026-05-03 or 2026-05-03T14:03 (UTC unless it names a zone), or milliseconds since 1970",
        };
        var until = new Option<string?>("--until")
        {
            Description = "Print what is different at this later time instead; 'now' for the present", HelpName = "TIME",
        };
        var limit = new Option<int>("--limit") { Description = "At most so many models", DefaultValueFactory = _ => 1_000 };
        return new Command("as-of", "What every registered model was at an instant: stages, aliases, since when and by whom")
        {
            at, until, limit,
        }.WithServer().Does(async context =>
        {
            if (context.Get(until) is { } later) await DiffAsync(context, context.Get(at), later, context.Get(limit));
            else Show(context.Output, await ModelsAsync(context, context.Get(at), context.Get(limit)));
        }).WithExamples(
            ("weigh as-of 2026-05-03T14:03", "what was in production then, and who had put it there"),
            ("weigh as-of 2026-05-01 --until now", "what has changed since the first of May"));
    }

    /// <summary>A line a version; programs get the models.</summary>
    public static void Show(Output output, IReadOnlyList<PastModel> models)
    {
        if (output.Format is not OutputFormat.Table)
        {
            output.List<PastModel>(models, [], "");
            return;
        }

        output.List(
            [
                .. models.SelectMany(static model => model.Versions.Select(version => new Row(
                    model.Name, version.Version, version.Stage,
                    string.Join(' ', model.Aliases.Where(alias => alias.Version == version.Version).Select(static alias => alias.Alias)),
                    version.StageSinceMs, version.StageBy, version.Commit))),
            ],
            Columns,
            models.Count == 0 ? "There were no models." : "There were no versions.");
    }

    private static Task<IReadOnlyList<PastModel>> ModelsAsync(RemoteContext context, string at, int limit)
    {
        var instant = at;
        return Paging.TakeAsync(
            limit,
            async (size, token) =>
            {
                var page = await context.Client.Models.RegistryAsOfAsync(instant, size, token, context.Cancellation);
                instant = page.AtMs.ToString(CultureInfo.InvariantCulture);
                return (page.Models, page.NextPageToken);
            },
            PageSizeMax);
    }

    private static async Task DiffAsync(RemoteContext context, string from, string until, int limit)
    {
        var to = until.Equals("now", StringComparison.OrdinalIgnoreCase) ? null : until;
        var found = await Paging.TakeAsync(
            limit,
            async (size, token) =>
            {
                var page = await context.Client.Models.DiffAsync(from, to, size, token, context.Cancellation);
                to = page.ToMs.ToString(CultureInfo.InvariantCulture);
                return (page.Models, page.NextPageToken);
            },
            PageSizeMax);
        if (context.Output.Format is not OutputFormat.Table) context.Output.List<ModelDifference>(found, [], "");
        else
        {
            context.Output.List(
                [.. found.SelectMany(static model => model.Changes.Select(change => new Difference(
                    model.Model, change.What, change.Before, change.After)))],
                DifferenceColumns,
                "Nothing is different.");
        }
    }
}
