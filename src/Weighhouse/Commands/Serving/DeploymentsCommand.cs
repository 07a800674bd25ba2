using System.CommandLine;
using Weighhouse.Client.Serving;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Serving;

/// <summary><c>weigh deployments</c>: models that answer under a name.</summary>
internal static class DeploymentsCommand
{
    private static readonly Column<Deployment>[] Columns =
    [
        new("NAME", deployment => deployment.Name),
        new("PROJECT", deployment => deployment.Project),
        new("ROUTES", deployment => string.Join(' ', deployment.Routes.Select(RouteText.Of))),
        new("VERSIONS", deployment => string.Join(' ', deployment.Versions.Select(Show))),
        new("CHANGED", deployment => Output.Time(deployment.UpdatedMs)),
    ];

    private static readonly Column<DeploymentEvent>[] EventColumns =
    [
        new("REVISION", change => change.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture), IsNumber: true),
        new("AT", change => Output.Time(change.AtMs)),
        new("WHO", change => change.Actor),
        new("WHAT", change => change.Action),
        new("ROUTES", change => string.Join(' ', (change.After?.Routes ?? []).Select(RouteText.Of))),
        new("BATCHING", change => change.After?.Batch is { } batch ? BatchText.Of(batch) : ""),
        new("WHY", change => change.Reason),
    ];

    private static readonly Option<int> Wait = new("--wait")
    {
        Description = "Seconds to wait until the versions are loaded; 0: do not wait",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 60,
    };

    private static readonly Option<string?> Runtime = new("--runtime")
    {
        Description = "What is to run the models: onnx, in the server, or python, in processes of its own [default: what can]",
        HelpName = "onnx|python",
    };

    private static readonly Option<string[]> Models = new("--model")
    {
        Description = $"A route, {RouteText.Shape}; repeat it to split the requests", HelpName = "MODEL", Required = true,
    };

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The deployment's name" };
        return new Command("deployments", "Deployments: models that answer under a name").WithServer()
            .With(ListVerb())
            .With(CreateVerb(name))
            .With(RouteVerb(name))
            .With(BatchVerb(name))
            .With(new Command("show", "Show a deployment and how its versions stand") { name }.Does(async context =>
                One(context, await context.Client.Deployments.GetAsync(context.Get(name), context.Cancellation))))
            .With(new Command("rollback", "Go back to routes and batching before the last change") { name, Wait }.Does(async context =>
                Changed(context, await context.Client.Deployments.RollbackAsync(
                    context.Get(name), context.Get(Wait), context.Cancellation))))
            .With(CanaryCommand.Create(name))
            .With(HistoryVerb(name))
            .With(new Command("delete", "Stop answering under a name; its history stays") { name }.Does(async context =>
            {
                await context.Client.Deployments.DeleteAsync(context.Get(name), context.Cancellation);
                Console.Error.WriteLine($"Deleted {context.Get(name)}");
            }));
    }

    private static Command ListVerb()
    {
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 100 };
        return new Command("list", "List deployments by name") { limit }.Does(async context =>
        {
            var found = await Paging.TakeAsync(context.Get(limit), async (size, token) =>
            {
                var page = await context.Client.Deployments.ListAsync(size, token, context.Cancellation);
                return (page.Deployments, page.NextPageToken);
            });
            context.Output.List(found, Columns, "No deployments. Make one: weigh deployments create NAME --model MODEL");
        });
    }

    private static Command CreateVerb(Argument<string> name)
    {
        var project = new Option<string?>("--project") { Description = "The project it belongs to [default: its first model's]" };
        var batch = new Option<string?>("--batch")
        {
            Description = $"Gather requests into runs of more rows: {BatchText.Shape} [default: off]", HelpName = "POLICY",
        };
        var create = new Command("create", "Let models answer under a name, in every protocol")
        {
            name, Models, Runtime, project, batch, Wait,
        };
        return create.Does(
            async context =>
            {
                if (!Routes(context).TryGet(out var routes, out var error)) return Refuse(error);
                if (!BatchText.Parse(context.Get(batch) ?? "off").TryGet(out var policy, out error)) return Refuse(error);
                var made = await context.Client.Deployments.CreateAsync(
                    new NewDeployment(context.Get(name), routes, context.Get(project), policy), context.Get(Wait), context.Cancellation);
                return Changed(context, made);
            }).WithExamples(
                ("weigh deployments create churn --model churn", "the latest version, and each later one when it is there"),
                ("weigh deployments create churn --model churn@champion", "whatever the alias points at"),
                ("weigh deployments create churn --model churn/3=90 --model churn/4=10#next", "one request in ten to version 4"));
    }

    private static Command RouteVerb(Argument<string> name)
    {
        return new Command("route", "Replace a deployment's routes, once every version is loaded") { name, Models, Runtime, Wait }.Does(
            async context =>
            {
                if (!Routes(context).TryGet(out var routes, out var error)) return Refuse(error);
                var changed = await context.Client.Deployments.RouteAsync(
                    context.Get(name), new DeploymentRoutes(routes), context.Get(Wait), context.Cancellation);
                return Changed(context, changed);
            }).WithExamples(("weigh deployments route churn --model churn/4", "all requests to version 4"));
    }

    private static Command BatchVerb(Argument<string> name)
    {
        var policy = new Argument<string>("policy") { Description = $"off, or {BatchText.Shape}; times in milliseconds" };
        return new Command("batch", "Gather a deployment's requests into runs of more rows") { name, policy }.Does(
            async context =>
            {
                if (!BatchText.Parse(context.Get(policy)).TryGet(out var batch, out var error)) return Refuse(error);
                var changed = await context.Client.Deployments.BatchAsync(
                    context.Get(name), new DeploymentBatch(batch), context.Cancellation);
                context.Output.Said(changed, $"{changed.Name} batches: {BatchText.Of(changed.Batch)}");
                return ExitCode.Success;
            }).WithExamples(
                ("weigh deployments batch churn rows=64", "what arrives while the model runs is the next run; nobody waits"),
                ("weigh deployments batch churn rows=64,delay=5,objective=20", "find the delay that keeps 95 % of answers within 20 ms"),
                ("weigh deployments batch churn off", "every request is a run of its own"));
    }

    private static Command HistoryVerb(Argument<string> name)
    {
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 100 };
        return new Command("history", "List a deployment's changes, newest first") { name, limit }.Does(async context =>
        {
            var found = await Paging.TakeAsync(context.Get(limit), async (size, token) =>
            {
                var page = await context.Client.Deployments.HistoryAsync(context.Get(name), size, token, context.Cancellation);
                return (page.Events, page.NextPageToken);
            });
            context.Output.List(found, EventColumns, "No changes.");
        });
    }

    private static Result<IReadOnlyList<DeploymentRoute>> Routes(RemoteContext context)
    {
        var routes = new List<DeploymentRoute>();
        foreach (var text in context.Get(Models))
        {
            if (!RouteText.Parse(text).TryGet(out var route, out var error)) return error;
            routes.Add(route with { Runtime = context.Get(Runtime) });
        }

        return routes;
    }

    private static int Refuse(Error error)
    {
        Console.Error.WriteLine("weigh: " + error.Message);
        return ExitCode.Usage;
    }

    /// <summary>A change that is written, though one of its versions cannot be loaded, has not done what was wanted.</summary>
    private static int Changed(RemoteContext context, Deployment deployment)
    {
        var failed = deployment.Versions.FirstOrDefault(version => version.Error is not null);
        var isLoading = deployment.Versions.Any(version => version.State is "loading");
        var stands = isLoading ? "is being loaded" : $"answers: {string.Join(' ', deployment.Versions.Select(Show))}";
        context.Output.Said(deployment, $"{deployment.Name} {stands}");
        if (failed is null) return ExitCode.Success;
        Console.Error.WriteLine($"weigh: {failed.Model}/{failed.Version} cannot be loaded: {failed.Error}");
        return ExitCode.Failure;
    }

    private static void One(RemoteContext context, Deployment deployment) => context.Output.One(
        deployment,
        ("name", deployment.Name),
        ("project", deployment.Project),
        ("routes", string.Join(' ', deployment.Routes.Select(RouteText.Of))),
        ("versions", string.Join(' ', deployment.Versions.Select(Show))),
        ("batching", BatchText.Of(deployment.Batch)),
        ("problem", deployment.Versions.FirstOrDefault(version => version.Error is not null)?.Error),
        ("revision", deployment.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("made by", deployment.User),
        ("changed", Output.Time(deployment.UpdatedMs)));

    private static string Show(DeploymentVersion version) => $"{version.Model}/{version.Version} {version.State}";
}
