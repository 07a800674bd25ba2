using System.CommandLine;
using System.Globalization;
using Weighhouse.Client.Registry;
using Weighhouse.Commands.Shared;
using Weighhouse.Commands.Versions;

namespace Weighhouse.Commands.Registry;

/// <summary><c>weigh models</c>: registered models, their versions, aliases, stages and history.</summary>
internal static class ModelsCommand
{
    private static readonly Column<RegisteredModel>[] Columns =
    [
        new("NAME", model => model.Name),
        new("PROJECT", model => model.Project),
        new("LATEST", model => LatestOf(model) is { } latest ? Number(latest) : "", true),
        new("STAGES", model => string.Join(' ', model.LatestVersions.Select(found => $"{found.Stage}={found.Version}"))),
        new("ALIASES", model => string.Join(' ', model.Aliases.Select(alias => $"{alias.Alias}={alias.Version}"))),
        new("CHANGED", model => Output.Time(model.UpdatedMs)),
    ];

    private static readonly Column<ModelVersion>[] VersionColumns =
    [
        new("VERSION", version => Number(version.Version), true),
        new("STAGE", version => version.Stage),
        new("ALIASES", version => string.Join(' ', version.Aliases)),
        new("FILES", version => version.FileCount is { } count ? Number(count) : "", true),
        new("SIZE", version => version.SizeBytes is { } size ? WorkProgressBar.Bytes(size) : "", true),
        new("MADE", version => Output.Time(version.CreatedMs)),
        new("BY", version => version.User),
        new("SOURCE", version => version.Source),
    ];

    private static readonly Column<RegistryEvent>[] EventColumns =
    [
        new("AT", change => Output.Time(change.AtMs)),
        new("WHO", change => change.Actor),
        new("VERSION", change => change.Version is { } version ? Number(version) : "", true),
        new("WHAT", change => change.Action),
        new("BEFORE", change => EventText.Of(change.Before)),
        new("AFTER", change => EventText.Of(change.After)),
    ];

    private static readonly Argument<string> Name = new("name") { Description = "The model" };
    private static readonly Argument<string> Version = new("version") { Description = VersionName.Shape };
    private static readonly Option<int> Limit = new("--limit") { Description = "At most so many", DefaultValueFactory = _ => 100 };

    public static Command Create() => new Command("models", "Registered models: versions, aliases, stages and what happened").WithServer()
        .With(ListVerb())
        .With(ShowVerb())
        .With(VersionsVerb())
        .With(RegisterVerb.Create())
        .With(PromoteVerb())
        .With(AliasVerb())
        .With(RollbackVerb())
        .With(HistoryVerb())
        .With(StagesVerb.Create())
        .With(GateVerbs.Rules())
        .With(GateVerbs.Check())
        .With(GateVerbs.Override())
        .With(new Command("delete", "Delete a model with its versions; its history stays") { Name }.Does(async context =>
        {
            await context.Client.Models.DeleteAsync(context.Get(Name), context.Cancellation);
            Console.Error.WriteLine($"Deleted {context.Get(Name)}");
        }));

    private static Command ListVerb()
    {
        var filter = new Option<string?>("--filter") { Description = "For example \"name LIKE 'churn%'\"", HelpName = "FILTER" };
        return new Command("list", "List registered models by name") { filter, Limit }.Does(async context =>
        {
            var found = await Paging.TakeAsync(context.Get(Limit), async (size, token) =>
            {
                var page = await context.Client.Models.SearchAsync(context.Get(filter), size, token, context.Cancellation);
                return (page.Models, page.NextPageToken);
            });
            context.Output.List(found, Columns, "No models. Make one: weigh models register NAME PATH");
        });
    }

    private static Command ShowVerb()
    {
        var at = new Option<string?>("--at")
        {
            Description = "What the model was at a time, such as 2026-05-03T14:03 (UTC unless it names a zone)", HelpName = "TIME",
        };
        return new Command("show", "Show a version and its files, or what a model was at a time") { Version, at }.Does(async context =>
        {
            var name = VersionName.Of(context.Get(Version));
            if (context.Get(at) is { } instant)
            {
                var past = await context.Client.Models.AsOfAsync(context.Get(Version), instant, context.Cancellation);
                AsOfCommand.Show(context.Output, [past]);
                return;
            }

            var version = await name.FindAsync(context.Client, context.Cancellation);
            var files = version.FileCount is > 0
                ? (await context.Client.Models.FilesAsync(name.Model, version.Version, context.Cancellation)).Files
                : [];
            One(context.Output, version, files);
        }).WithExamples(
            ("weigh models show churn@champion", "the version that an alias points at"),
            ("weigh models show churn --at 2026-05-03T14:03", "every version there was then, its stage, since when and by whom"));
    }

    private static Command VersionsVerb() =>
        new Command("versions", "List a model's versions, the highest first") { Name, Limit }.Does(async context =>
        {
            var found = await Paging.TakeAsync(context.Get(Limit), async (size, token) =>
            {
                var page = await context.Client.Models.VersionsAsync(context.Get(Name), size, token, context.Cancellation);
                return (page.Versions, page.NextPageToken);
            });
            context.Output.List(found, VersionColumns, "No versions. Make one: weigh models register NAME PATH");
        });

    private static Command PromoteVerb()
    {
        var stage = new Argument<string>("stage") { Description = "One of the project's stages: see 'weigh models stages'" };
        var keep = new Option<bool>("--keep-others") { Description = "Leave the versions that are in the stage there" };
        var archive = new Option<bool>("--archive-others") { Description = "Move the versions that are in the stage to the last one" };
        return new Command("promote", "Move a version to a stage") { Version, stage, keep, archive }.Does(async context =>
        {
            if (context.Get(keep) && context.Get(archive))
            {
                Console.Error.WriteLine("weigh: --keep-others and --archive-others cannot both be: name one");
                return ExitCode.Usage;
            }

            bool? archives = context.Get(keep) ? false : context.Get(archive) ? true : null;
            var name = VersionName.Of(context.Get(Version));
            var moved = await context.Client.Models.MoveAsync(
                name.Model, await name.NumberAsync(context), new StageMove(context.Get(stage), archives), context.Cancellation);
            context.Output.Said(moved, $"{moved.Name}/{moved.Version} is in {moved.Stage}");
            return ExitCode.Success;
        }).WithExamples(
            ("weigh models promote churn/4 Production", "the stage decides what becomes of the version that was there"),
            ("weigh models rollback churn --stage Production", "take it back, with what it archived"));
    }

    private static Command AliasVerb()
    {
        var alias = new Argument<string>("alias") { Description = "The alias" };
        var delete = new Option<bool>("--delete") { Description = "Delete the alias" };
        return new Command("alias", "Point an alias at a version") { Version, alias, delete }.Does(async context =>
        {
            var name = VersionName.Of(context.Get(Version));
            if (context.Get(delete))
            {
                await context.Client.Models.DeleteAliasAsync(name.Model, context.Get(alias), context.Cancellation);
                Console.Error.WriteLine($"Deleted {name.Model}@{context.Get(alias)}");
                return;
            }

            var version = await name.NumberAsync(context);
            await context.Client.Models.SetAliasAsync(name.Model, context.Get(alias), version, context.Cancellation);
            context.Output.Said(new ModelAlias(context.Get(alias), version), $"{name.Model}@{context.Get(alias)} is version {version}");
        }).WithExamples(("weigh models alias churn/4 champion", "whoever loads churn@champion gets version 4"));
    }

    private static Command RollbackVerb()
    {
        var stage = new Option<string?>("--stage") { Description = "Take back the last change of a stage", HelpName = "STAGE" };
        var alias = new Option<string?>("--alias") { Description = "Take back the last change of an alias", HelpName = "ALIAS" };
        return new Command("rollback", "Take back the last change of a stage or an alias") { Name, stage, alias }.Does(async context =>
        {
            var (name, models) = (context.Get(Name), context.Client.Models);
            switch (context.Get(stage), context.Get(alias))
            {
                case ({ } of, null):
                    var there = (await models.RollbackStageAsync(name, of, context.Cancellation)).Versions;
                    context.Output.Said(
                        there,
                        there.Count == 0
                            ? $"No version of {name} is in {of}"
                            : $"In {there[0].Stage}: {string.Join(", ", there.Select(static found => $"{found.Name}/{found.Version}"))}");
                    return ExitCode.Success;
                case (null, { } of):
                    var back = await models.RollbackAliasAsync(name, of, context.Cancellation);
                    context.Output.Said(
                        back, back.Version is { } version ? $"{name}@{of} is version {version}" : $"{name}@{of} is gone: it was new");
                    return ExitCode.Success;
                default:
                    Console.Error.WriteLine("weigh: name what to take back: --stage STAGE or --alias ALIAS, one of them");
                    return ExitCode.Usage;
            }
        }).WithExamples(
            ("weigh models rollback churn --stage Production", "what was there before is there again; asked again, one change further"));
    }

    private static Command HistoryVerb() =>
        new Command("history", "List what happened to a model, newest first") { Name, Limit }.Does(async context =>
        {
            var found = await Paging.TakeAsync(context.Get(Limit), async (size, token) =>
            {
                var page = await context.Client.Models.HistoryAsync(context.Get(Name), size, token, context.Cancellation);
                return (page.Events, page.NextPageToken);
            });
            context.Output.List(found, EventColumns, "Nothing happened.");
        });

    private static void One(Output output, ModelVersion version, IReadOnlyList<ModelFile> files) => output.One(
        new { Version = version, Files = files },
        [
            ("name", version.Name),
            ("version", Number(version.Version)),
            ("stage", version.Stage),
            ("aliases", version.Aliases.Count == 0 ? null : string.Join(' ', version.Aliases)),
            ("description", version.Description),
            ("source", version.Source),
            ("run", version.RunId),
            ("made", $"{Output.Time(version.CreatedMs)} by {version.User}"),
            ("commit", version.Commit),
            ("files", version.FilesNote
                ?? (version.FileCount is { } count ? $"{count}, {WorkProgressBar.Bytes(version.SizeBytes ?? 0)}" : null)),
            .. files.Select(static file => ((string, string?))("", $"{file.Path}  {WorkProgressBar.Bytes(file.SizeBytes)}")),
        ]);

    private static long? LatestOf(RegisteredModel model) => model.LatestVersions.Max(static found => (long?)found.Version);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
