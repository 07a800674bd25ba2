using System.CommandLine;
using System.Globalization;
using Weighhouse.Client.Serving;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Serving;

/// <summary><c>weigh deployments canary</c>: a version tried on a growing part of the requests.</summary>
internal static class CanaryCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private static readonly Option<bool> Watch = new("--watch")
    {
        Description = "Say how it stands until it has ended; the exit code is 1 when it was taken back",
    };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; the history keeps it", HelpName = "TEXT" };

    public static Command Create(Argument<string> name) =>
        new Command("canary", "Try a version on a growing part of the requests")
            .With(StartVerb(name))
            .With(new Command("show", "Show how the canary stands, or how the last one ended") { name, Watch }.Does(async context =>
                await ShownAsync(context, await context.Client.Canaries.GetAsync(context.Get(name), context.Cancellation))))
            .With(JudgeVerb(name))
            .With(new Command("promote", "Give all requests to the candidate now") { name, Reason }.Does(async context =>
                Said(context, await context.Client.Canaries.PromoteAsync(
                    context.Get(name), context.Get(Reason), context.Cancellation))))
            .With(new Command("stop", "Go back to the routes before the canary") { name, Reason }.Does(async context =>
                Said(context, await context.Client.Canaries.StopAsync(context.Get(name), context.Get(Reason), context.Cancellation))));

    private static Command StartVerb(Argument<string> name)
    {
        var to = new Option<string>("--to")
        {
            Description = "The candidate: MODEL/VERSION, or MODEL@ALIAS", HelpName = "MODEL", Required = true,
        };
        var steps = new Option<string?>("--steps")
        {
            Description = "Hundredths of the requests, step by step [default: 10,25,50]", HelpName = "PERCENTS",
        };
        var requests = new Option<long?>("--step-requests")
        {
            Description = "Requests the candidate must have answered in a step [default: 200]", HelpName = "COUNT",
        };
        var seconds = new Option<int?>("--step-seconds")
        {
            Description = "Seconds a step lasts at least [default: 60]", HelpName = "SECONDS",
        };
        var falseAlarm = new Option<double?>("--false-alarm")
        {
            Description = "The chance that a candidate no worse is ever taken back [default: 0.01]", HelpName = "CHANCE",
        };
        var margin = new Option<double?>("--margin")
        {
            Description = "How much larger its share of failed and of wrong answers may be when it is promoted [default: 0.02]",
            HelpName = "SHARE",
        };
        var slow = new Option<double?>("--slow-ms")
        {
            Description = "From when an answer is slow [default: what one in ten of the present version takes]", HelpName = "MS",
        };
        return new Command("start", "Give a version its first part of the requests; what it does decides the rest")
        {
            name, to, steps, requests, seconds, falseAlarm, margin, slow, Watch,
        }.Does(async context =>
        {
            if (!RouteText.Parse(context.Get(to)).TryGet(out var candidate, out var error)) return Refuse(error.Message);
            if (!TryPercents(context.Get(steps), out var percents))
                return Refuse($"--steps {context.Get(steps)}: write whole numbers from 1 to 99, such as 10,25,50.");
            var plan = new NewCanary(
                candidate,
                percents,
                context.Get(requests),
                context.Get(seconds),
                FalseAlarm: context.Get(falseAlarm),
                Margin: context.Get(margin),
                SlowMs: context.Get(slow));
            return await ShownAsync(
                context, await context.Client.Canaries.StartAsync(context.Get(name), plan, context.Cancellation));
        }).WithExamples(
            ("weigh deployments canary start churn --to churn/4", "10, 25, then 50 % of the requests to version 4; then all, or none"),
            ("weigh deployments canary start churn --to churn/4 --steps 1,5,20,50 --step-seconds 600 --watch", "slowly, looking on"));
    }

    private static Command JudgeVerb(Argument<string> name)
    {
        var outcomes = new Option<string[]>("--of")
        {
            Description = "MODEL/VERSION=RIGHT:WRONG; repeat it for each version", HelpName = "OUTCOME", Required = true,
        };
        return new Command("judge", "Tell how many answers turned out right and wrong, once the truth is known") { name, outcomes }.Does(
            async context =>
            {
                var told = new List<CanaryOutcome>();
                foreach (var text in context.Get(outcomes))
                {
                    if (!TryOutcome(text, out var outcome))
                        return Refuse($"--of {text}: write MODEL/VERSION=RIGHT:WRONG, such as churn/4=180:20.");
                    told.Add(outcome);
                }

                return Said(context, await context.Client.Canaries.JudgeAsync(
                    context.Get(name), new CanaryOutcomes(told), context.Cancellation));
            }).WithExamples(
            ("weigh deployments canary judge churn --of churn/3=930:70 --of churn/4=180:20", "of answers given since the step began"));
    }

    /// <summary>Shows it; with --watch, each time that it stands otherwise, until it has ended.</summary>
    private static async Task<int> ShownAsync(RemoteContext context, Canary canary)
    {
        if (!context.Get(Watch)) return Show(context, canary);
        var said = "";
        while (true)
        {
            var line = $"{canary.Percent} %: {canary.Outlook}";
            if (line != said) Console.Error.WriteLine(line);
            said = line;
            if (canary.EndedMs is not null) return Show(context, canary);
            await Task.Delay(WatchInterval, TimeProvider.System, context.Cancellation);
            canary = await context.Client.Canaries.GetAsync(canary.Deployment, context.Cancellation);
        }
    }

    private static int Show(RemoteContext context, Canary canary)
    {
        List<(string, string?)> lines =
        [
            ("deployment", canary.Deployment),
            ("candidate", RouteText.Of(canary.Plan.Candidate)),
            ("state", canary.State),
            ("share", $"{canary.Percent} %, step {canary.Step + 1} of {canary.Plan.Steps.Count}"),
            ("outlook", canary.Outlook),
            .. canary.Figures.Select(figure => (figure.Name, (string?)Show(figure))),
            ("slow from", canary.SlowMs is { } slow ? $"{Output.Number(slow)} ms" : "not known yet"),
            ("began", $"{Output.Time(canary.BeganMs)} by {canary.User}"),
            ("ended", canary.EndedMs is { } ended ? Output.Time(ended) : null),
        ];
        context.Output.One(canary, lines);
        return canary.State is "rolled_back" ? ExitCode.Failure : ExitCode.Success;
    }

    private static int Said(RemoteContext context, Canary canary)
    {
        context.Output.Said(canary, $"{canary.Deployment}: {canary.Outlook}");
        return ExitCode.Success;
    }

    private static string Show(CanaryFigure figure) => figure.CandidateRequests == 0
        ? "not known yet"
        : $"{Share(figure.CandidateBad, figure.CandidateRequests)} against {Share(figure.OthersBad, figure.OthersRequests)}, "
            + $"evidence of harm {Output.Number(figure.Evidence)} of {Output.Number(figure.EvidenceBound)}";

    private static string Share(long bad, long all) => all == 0
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{bad} of {all} ({100.0 * bad / all:0.##} %)");

    private static bool TryPercents(string? text, out IReadOnlyList<int>? percents)
    {
        percents = null;
        if (text is null) return true;
        var numbers = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part.Trim().TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)) return false;
            numbers.Add(percent);
        }

        percents = numbers;
        return true;
    }

    private static bool TryOutcome(string text, out CanaryOutcome outcome)
    {
        outcome = new CanaryOutcome("", 0, 0, 0);
        var parts = text.Split('=');
        if (parts.Length != 2 || !RouteText.Parse(parts[0]).TryGet(out var route, out _) || route.Version is not { } version) return false;
        var counts = parts[1].Split(':');
        if (counts.Length != 2
            || !long.TryParse(counts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var right)
            || !long.TryParse(counts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var wrong)) return false;
        outcome = new CanaryOutcome(route.Model, version, right, wrong);
        return true;
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine("weigh: " + why);
        return ExitCode.Usage;
    }
}
