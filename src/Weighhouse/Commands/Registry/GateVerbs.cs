using System.CommandLine;
using Weighhouse.Client.Registry;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Registry;

/// <summary><c>weigh models rules</c>, <c>check</c> and <c>override</c>: what stages ask of versions, and how far one fulfils it.</summary>
internal static class GateVerbs
{
    private static readonly Column<GateState>[] Columns =
    [
        new("GATE", static gate => gate.Name),
        new("KIND", static gate => gate.Kind),
        new("OF", static gate => gate.Origin),
        new("VERDICT", static gate => gate.Problem is null ? "passed" : gate.Run?.Verdict is "failed" ? "failed" : "open"),
        new("AT", static gate => Output.Time(gate.Run?.AtMs)),
        new("FOUND", static gate => gate.Run?.Message ?? "not run yet"),
    ];

    private static readonly Argument<string> Version = new("version") { Description = VersionName.Shape };
    private static readonly Argument<string> Stage = new("stage")
    {
        Description = "One of the project's stages: see 'weigh models stages'",
    };

    public static Command Rules()
    {
        var name = new Argument<string?>("name")
        {
            Description = "A model, for what is asked of it alone; none for what is asked of all models of the project",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var project = new Option<string?>("--project") { Description = "The project [default: default]", HelpName = "PROJECT" };
        var set = new Option<string?>("--set") { Description = "Set them from a file of YAML; '-' for standard input", HelpName = "FILE" };
        var clear = new Option<bool>("--clear") { Description = "Ask for nothing" };
        return new Command("rules", "Show or set what stages ask of versions: gates, approvals, signatures")
        {
            name, project, set, clear,
        }.Does(async context =>
        {
            var (model, file) = (context.Get(name), context.Get(set));
            if (file is not null && context.Get(clear)) return Wrong("--set and --clear cannot both be: name one");
            if (model is not null && context.Get(project) is not null) return Wrong("a model has its project: leave out --project");
            if (file is not null and not "-" && !File.Exists(file)) return Wrong($"there is no file '{file}'");
            var gates = context.Client.Gates;
            if (file is null && !context.Get(clear))
            {
                Show(context.Output, await gates.RulesAsync(model, context.Get(project), context.Cancellation));
                return ExitCode.Success;
            }

            var text = file switch
            {
                null => "",
                "-" => await Console.In.ReadToEndAsync(context.Cancellation),
                _ => await File.ReadAllTextAsync(file, context.Cancellation),
            };
            var changed = await gates.SetRulesAsync(model, context.Get(project), text, context.Cancellation);
            context.Output.Said(changed, $"The rules of {model ?? "the project"} are revision {changed.Revision}");
            return ExitCode.Success;
        }).WithExamples(
            ("weigh models rules churn", "what the stages of a model ask, as YAML"),
            ("weigh models rules churn --set rules.yaml", "set it; a slip is told with its line, and changes nothing"));
    }

    public static Command Check()
    {
        var run = new Option<bool>("--run") { Description = "Run the gates that are due" };
        var force = new Option<bool>("--force") { Description = "Run all of them again" };
        return new Command("check", "Tell what stands between a version and a stage; exits with 1 when something does")
        {
            Version, Stage, run, force,
        }.Does(async context =>
        {
            var name = VersionName.Of(context.Get(Version));
            var (version, gates) = (await name.NumberAsync(context), context.Client.Gates);
            var checks = context.Get(run) || context.Get(force)
                ? await gates.RunAsync(
                    name.Model, version, new GatesToRun(context.Get(Stage), context.Get(force)), context.Cancellation)
                : await gates.CheckAsync(name.Model, version, context.Get(Stage), context.Cancellation);
            Show(context.Output, checks);
            return checks.MayEnter ? ExitCode.Success : ExitCode.Failure;
        }).WithExamples(
            ("weigh models check churn/4 Production --run", "run what is due, and say what is in the way"),
            ("weigh models check churn@candidate Production -o json", "with every figure, its interval and its bound"));
    }

    public static Command Override()
    {
        var reason = new Option<string>("--reason") { Description = "Why; everybody will read it", HelpName = "TEXT", Required = true };
        return new Command("override", "Move a version to a stage whatever stands in the way, in an emergency")
        {
            Version, Stage, reason,
        }.Does(async context =>
        {
            var name = VersionName.Of(context.Get(Version));
            var moved = await context.Client.Promotions.OverrideAsync(
                name.Model, await name.NumberAsync(context), new StageOverride(context.Get(Stage), context.Get(reason)),
                context.Cancellation);
            context.Output.Said(
                moved,
                $"{moved.Name}/{moved.Version} is in {moved.Stage}; "
                + "the audit log and the model's history say that you overrode its rules");
        }).WithExamples(
            ("weigh models override churn/3 Production --reason 'v4 answers nonsense since 14:00'", "for administrators of the model"));
    }

    private static void Show(Output output, StageRules rules)
    {
        if (output.Format is not OutputFormat.Table) output.One(rules);
        else if (rules.Text.Length > 0) output.Writer.WriteLine(rules.Text.TrimEnd());
        else Console.Error.WriteLine("Nothing is asked. Set it: weigh models rules [NAME] --set FILE");
    }

    private static void Show(Output output, StageChecks checks)
    {
        if (output.Format is not OutputFormat.Table)
        {
            output.One(checks);
            return;
        }

        output.List(checks.Gates, Columns, $"{checks.Stage} asks for no gates.");
        if (checks.ApprovalsRequired > 0)
        {
            var approvals = checks.Request?.Reviews.Count(static review => review.Verdict is "approve") ?? 0;
            Console.Error.WriteLine($"Approvals: {approvals} of {checks.ApprovalsRequired}" + (checks.Request is { } request
                ? $" (request {request.Number})"
                : $"; ask for them: weigh requests create {checks.Name}/{checks.Version} {checks.Stage} --reason TEXT"));
        }

        foreach (var problem in checks.Problems) Console.Error.WriteLine("weigh: " + problem);
        if (checks.MayEnter) Console.Error.WriteLine($"{checks.Name}/{checks.Version} may enter {checks.Stage}");
    }

    private static int Wrong(string problem)
    {
        Console.Error.WriteLine("weigh: " + problem);
        return ExitCode.Usage;
    }
}
