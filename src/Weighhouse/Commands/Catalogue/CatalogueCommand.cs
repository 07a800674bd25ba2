using System.CommandLine;
using Weighhouse.Client;
using Weighhouse.Client.Catalogue;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using CatalogueChange = Weighhouse.Client.Catalogue.CatalogueChange;
using CatalogueEntry = Weighhouse.Client.Catalogue.CatalogueEntry;
using CatalogueQuery = Weighhouse.Client.Catalogue.CatalogueQuery;

namespace Weighhouse.Commands.Catalogue;

/// <summary><c>weigh catalogue</c>: what data there is, what it holds, and who answers for it.</summary>
internal static class CatalogueCommand
{
    private static readonly Argument<string> Repository = new("repository") { Description = "The repository's name" };

    private static readonly Argument<string> Path = new("path")
    {
        Description = "A file or folder of it; left out for all of it", DefaultValueFactory = _ => "",
    };

    private static readonly Column<CatalogueEntry>[] Columns =
    [
        new("REPOSITORY", static entry => entry.Repository),
        new("PATH", static entry => entry.Path.Length == 0 ? "." : entry.Path),
        new("OWNER", static entry => entry.Owner),
        new("FRESHNESS", static entry => entry.Freshness),
        new("CHANGED", static entry => Output.Time(entry.Data?.ChangedMs)),
        new("BYTES", static entry => entry.Data?.SizeBytes.ToString(System.Globalization.CultureInfo.InvariantCulture), IsNumber: true),
        new("TAGS", static entry => string.Join(", ", entry.Tags)),
        new("DESCRIPTION", static entry => entry.Description?.Split('\n', 2)[0]),
    ];

    public static Command Create() =>
        new Command("catalogue", "The data catalogue: what data there is, what it holds, who answers for it").WithServer()
            .With(ListVerb("list", "List the entries of all repositories, or of one", null)
                .WithExamples(("weigh catalogue list --freshness stale --owner ann", "what ann should renew")))
            .With(ListVerb(
                    "search", "Find entries by words of path, description, owner, source, tags or columns",
                    new Argument<string[]>("word") { Description = "At most 4; an entry has all of them", Arity = ArgumentArity.OneOrMore })
                .WithExamples(("weigh catalogue search street signs --column label", "tables about street signs that have labels")))
            .With(new Command("show", "Show one entry with its schema") { Repository, Path }.Does(ShowAsync)
                .WithExamples(("weigh catalogue show digits labels/train.csv -o json | jq '.data.schema.rows'", "how many rows it has")))
            .With(SetVerb())
            .With(new Command("rm", "Take an entry out of the catalogue; the data stays") { Repository, Path }.Does(async context =>
            {
                var (repository, path) = (context.Get(Repository), context.Get(Path));
                await context.Client.Catalogue.RemoveAsync(repository, path, context.Cancellation);
                context.Output.Said(new { repository, path }, $"{NameOf(repository, path)} is no longer in the catalogue.");
            }));

    private static Command ListVerb(string name, string description, Argument<string[]>? words)
    {
        var repository = new Option<string?>("--repository") { Description = "Only of this repository" };
        var tag = new Option<string?>("--tag") { Description = "Only with this tag" };
        var owner = new Option<string?>("--owner") { Description = "Only of this owner" };
        var column = new Option<string?>("--column") { Description = "Only with a column, or a tensor, of this name" };
        var freshness = new Option<string?>("--freshness") { Description = "Only those in this state" };
        freshness.AcceptOnlyFromAmong("fresh", "stale", "unstated", "gone");
        var order = new Option<string>("--order-by")
        {
            Description = "name, or changed for the last changed first", DefaultValueFactory = _ => "name",
        };
        order.AcceptOnlyFromAmong("name", "changed");
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 50 };
        var command = new Command(name, description) { repository, tag, owner, column, freshness, order, limit };
        if (words is not null) command.Add(words);
        return command.Does(async context =>
        {
            var query = new CatalogueQuery(
                words is null ? null : string.Join(' ', context.Get(words)), context.Get(tag), context.Get(owner), context.Get(column),
                context.Get(freshness), context.Get(repository), context.Get(order));
            var found = await Paging.TakeAsync(context.Get(limit), async (size, token) =>
            {
                var page = await context.Client.Catalogue.ListAsync(
                    query with { PageSize = size, PageToken = token }, context.Cancellation);
                return (page.Entries, page.NextPageToken);
            });
            context.Output.List(found, Columns, "No entry of the catalogue matches.");
        });
    }

    private static Command SetVerb()
    {
        var description = new Option<string?>("--description") { Description = "What it is, in Markdown" };
        var owner = new Option<string?>("--owner") { Description = "Who answers for it" };
        var source = new Option<string?>("--source") { Description = "Where it comes from" };
        var licence = new Option<string?>("--licence") { Description = "Under which terms, such as CC-BY-4.0" };
        var tags = new Option<string[]>("--tag") { Description = "A tag; may be repeated, and replaces the tags there are" };
        var fresh = new Option<string?>("--fresh-for") { Description = "How long a change keeps it fresh: 12h, 1d, 2w" };
        var command = new Command("set", "Describe a file, a folder or a whole repository; an empty text takes away")
        {
            Repository, Path, description, owner, source, licence, tags, fresh,
        };
        return command.Does(async context =>
        {
            var change = new CatalogueChange(
                context.Get(description), context.Get(owner), context.Get(source), context.Get(licence),
                context.Parsed.GetResult(tags) is null ? null : [.. context.Get(tags).Where(static tag => tag.Length > 0)],
                FreshOf(context.Get(fresh)));
            var entry = await context.Client.Catalogue.SetAsync(
                context.Get(Repository), context.Get(Path), change, context.Cancellation);
            context.Output.Said(entry, $"{NameOf(entry.Repository, entry.Path)} is in the catalogue.");
        }).WithExamples(
            ("weigh catalogue set digits labels --owner ann --tag vision --tag labels --fresh-for 1d", "describe a folder"),
            ("weigh catalogue set digits --licence ''", "take the licence of the whole repository away"));
    }

    private static long? FreshOf(string? text)
    {
        if (text is null) return null;
        return FreshPeriod.Parse(text).TryGet(out var period, out var error)
            ? (long)period.TotalMilliseconds
            : throw new WeighException(ErrorCode.InvalidArgument, $"--fresh-for: {error.Message}");
    }

    private static async Task ShowAsync(RemoteContext context)
    {
        var entry = await context.Client.Catalogue.GetAsync(context.Get(Repository), context.Get(Path), context.Cancellation);
        var schema = entry.Data?.Schema;
        var lines = new List<(string, string?)>
        {
            ("repository", entry.Repository),
            ("path", entry.Path.Length == 0 ? "." : entry.Path),
            ("description", entry.Description),
            ("owner", entry.Owner),
            ("source", entry.Source),
            ("licence", entry.Licence),
            ("tags", entry.Tags.Count == 0 ? null : string.Join(", ", entry.Tags)),
            ("freshness", entry.FreshForMs is { } fresh
                ? $"{entry.Freshness}, expected every {FreshPeriod.TextOf(TimeSpan.FromMilliseconds(fresh))}" : entry.Freshness),
            ("changed", entry.Data is { ChangedMs: { } at } data ? $"{Output.Time(at)} by {data.ChangedBy} in {data.ChangedIn}" : null),
            ("bytes", entry.Data?.SizeBytes.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("schema", schema is null ? null : $"{schema.Format}{(schema.File is { } file ? $" of {file}" : "")}"),
            ("rows", schema?.Rows?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        };
        lines.AddRange((schema?.Columns ?? []).Select(static column => ($"columns.{column.Name}", (string?)column.Type)));
        if (schema is { IsCut: true }) lines.Add(("columns", "… and more"));
        if (entry.Behind) lines.Add(("note", "The branch has moved since; a look is under way."));
        context.Output.One(entry, lines);
    }

    private static string NameOf(string repository, string path) => path.Length == 0 ? repository : $"{repository}/{path}";
}
