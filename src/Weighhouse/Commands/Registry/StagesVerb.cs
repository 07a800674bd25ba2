using System.CommandLine;
using Weighhouse.Client.Registry;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Registry;

/// <summary><c>weigh models stages</c>: the stages of a project.</summary>
internal static class StagesVerb
{
    private static readonly Column<Stage>[] Columns =
    [
        new("STAGE", stage => stage.Name),
        new("ARCHIVES OTHERS", stage => stage.ArchivesOthers ? "yes" : ""),
        new("PROTECTED", stage => stage.IsProtected ? "yes" : ""),
    ];

    public static Command Create()
    {
        var project = new Option<string?>("--project") { Description = "The project [default: default]", HelpName = "PROJECT" };
        var set = Names("--set", "Choose the stages, in order: versions begin in the first, and what is replaced goes to the last");
        var archives = Names("--archives", "Of those chosen, the ones where a promotion archives what is there");
        var protects = Names("--protect", "Of those chosen, the ones that only administrators move versions into or out of");
        return new Command("stages", "List the stages of a project, or choose them") { project, set, archives, protects }.Does(
            async context =>
            {
                var (chosen, archiving, guarded) = (context.Get(set), context.Get(archives), context.Get(protects));
                if (chosen.Length == 0 && archiving.Length + guarded.Length > 0)
                    return Fail("--archives and --protect are about the stages of --set: name them all");
                if (archiving.Concat(guarded).FirstOrDefault(name => !chosen.Contains(name)) is { } stranger)
                    return Fail($"'{stranger}' is not among the stages of --set");
                var stages = chosen.Length == 0
                    ? await context.Client.Models.StagesAsync(context.Get(project), context.Cancellation)
                    : await context.Client.Models.SetStagesAsync(
                        context.Get(project),
                        new StageList([.. chosen.Select(name => new Stage(name, archiving.Contains(name), guarded.Contains(name)))]),
                        context.Cancellation);
                context.Output.List(stages.Stages, Columns, "No stages.");
                return ExitCode.Success;
            }).WithExamples(
                ("weigh models stages", "the stages of the default project"),
                ("weigh models stages --set None Staging Production Archived --archives Staging Production --protect Production",
                    "only administrators promote to Production"));
    }

    private static Option<string[]> Names(string name, string description) => new(name)
    {
        Description = description, HelpName = "STAGE", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [],
    };

    private static int Fail(string problem)
    {
        Console.Error.WriteLine("weigh: " + problem);
        return ExitCode.Usage;
    }
}
