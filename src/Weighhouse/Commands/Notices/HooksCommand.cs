using System.CommandLine;
using System.Globalization;
using Weighhouse.Client.Hooks;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Notices;

/// <summary><c>weigh hooks</c>: addresses that are told what happens.</summary>
internal static class HooksCommand
{
    private static readonly Column<Hook>[] Columns =
    [
        new("ID", static hook => hook.Id),
        new("NAME", static hook => hook.Name),
        new("ABOUT", SubjectOf),
        new("TYPES", static hook => string.Join(' ', hook.Types)),
        new("SHAPE", static hook => hook.Shape),
        new("URL", static hook => hook.Url),
        new("STATE", static hook => hook.IsActive ? "active" : "off"),
    ];

    private static readonly Column<Delivery>[] DeliveryColumns =
    [
        new("ID", static delivery => delivery.Id),
        new("AT", static delivery => Output.Time(delivery.CreatedMs)),
        new("TYPE", static delivery => delivery.Type),
        new("ABOUT", static delivery => delivery.Subject),
        new("STATE", static delivery => delivery.State),
        new("ATTEMPTS", static delivery => delivery.Attempts.ToString(CultureInfo.InvariantCulture), IsNumber: true),
    ];

    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The hook's id: weigh hooks list" };
        return new Command("hooks", "Hooks: addresses that are told what happens to models").WithServer()
            .With(ListVerb())
            .With(CreateVerb())
            .With(new Command("show", "Show a hook") { id }.Does(async context =>
                One(context, await context.Client.Hooks.GetAsync(context.Get(id), context.Cancellation))))
            .With(new Command("test", "Have a delivery made that only says that it works") { id }.Does(async context =>
            {
                var made = await context.Client.Hooks.TestAsync(context.Get(id), context.Cancellation);
                context.Output.Said(made, $"Delivery {made.Id}; what became of it: weigh hooks deliveries {context.Get(id)} {made.Id}");
            }))
            .With(DeliveriesVerb(id))
            .With(ReplayVerb(id))
            .With(new Command("rm", "Delete a hook; what waits for it is not delivered") { id }.Does(async context =>
            {
                await context.Client.Hooks.DeleteAsync(context.Get(id), context.Cancellation);
                Console.Error.WriteLine($"Deleted {context.Get(id)}");
            }));
    }

    private static Command ListVerb()
    {
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = static _ => 100 };
        return new Command("list", "List the hooks that you may manage") { limit }.Does(async context =>
        {
            var found = await Paging.TakeAsync(context.Get(limit), async (size, token) =>
            {
                var page = await context.Client.Hooks.ListAsync(size, token, context.Cancellation);
                return (page.Hooks, page.NextPageToken);
            });
            context.Output.List(found, Columns, "No hooks. Make one: weigh hooks create NAME URL");
        });
    }

    private static Command CreateVerb()
    {
        var name = new Argument<string>("name") { Description = "What to call it" };
        var url = new Argument<string>("url") { Description = "The address, https; others when the operator allows them" };
        var types = new Option<string[]>("--type")
        {
            Description = "A pattern of what to tell, in which * stands for anything; repeat it for more [default: *]", HelpName = "TYPE",
        };
        var model = new Option<string?>("--model") { Description = "The one model that it is about [default: all of the project]" };
        var project = new Option<string?>("--project") { Description = "The project [default: default]" };
        var shape = new Option<string>("--shape")
        {
            Description = "weighhouse, slack or teams", DefaultValueFactory = static _ => "weighhouse",
        };
        shape.AcceptOnlyFromAmong("weighhouse", "slack", "teams");
        var isSigned = new Option<bool>("--sign") { Description = "Ask for a secret that deliveries are signed with: 16 to 256 bytes" };
        return new Command("create", "Have an address told what happens")
        {
            name, url, types, model, project, shape, isSigned,
        }.Does(async context =>
        {
            var secret = context.Get(isSigned) ? SecretPrompt.ReadNew($"Secret of {context.Get(name)}") : null;
            var kind = context.Get(model) is null ? null : "model";
            var made = await context.Client.Hooks.CreateAsync(
                new NewHook(
                    context.Get(name), context.Get(url), context.Get(types) is { Length: > 0 } asked ? asked : null, context.Get(shape),
                    secret, context.Get(project), kind, context.Get(model)),
                context.Cancellation);
            One(context, made);
        }).WithExamples(
            ("weigh hooks create build https://ci.example.org/weigh --type 'version.*' --model churn --sign", "of one model, signed"),
            ("weigh hooks create chat https://hooks.slack.com/services/… --shape slack", "all of the project, to a chat"));
    }

    private static Command DeliveriesVerb(Argument<string> id)
    {
        var delivery = new Argument<string?>("delivery")
        {
            Description = "One of them, with its attempts", Arity = ArgumentArity.ZeroOrOne,
        };
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = static _ => 100 };
        return new Command("deliveries", "List what was delivered, the latest first; or show one with every attempt")
        {
            id, delivery, limit,
        }.Does(async context =>
        {
            if (context.Get(delivery) is { } one)
            {
                Show(context, await context.Client.Hooks.GetDeliveryAsync(context.Get(id), one, context.Cancellation));
                return;
            }

            var found = await Paging.TakeAsync(context.Get(limit), async (size, token) =>
            {
                var page = await context.Client.Hooks.ListDeliveriesAsync(context.Get(id), size, token, context.Cancellation);
                return (page.Deliveries, page.NextPageToken);
            });
            context.Output.List(found, DeliveryColumns, "Nothing was delivered. Try it: weigh hooks test " + context.Get(id));
        });
    }

    private static Command ReplayVerb(Argument<string> id)
    {
        var delivery = new Argument<string?>("delivery")
        {
            Description = "The delivery; none for all that died", Arity = ArgumentArity.ZeroOrOne,
        };
        return new Command("replay", "Deliver again: one, or all that died") { id, delivery }.Does(async context =>
        {
            if (context.Get(delivery) is { } one)
            {
                var again = await context.Client.Hooks.ReplayAsync(context.Get(id), one, context.Cancellation);
                context.Output.Said(again, $"Delivery {again.Id}");
                return;
            }

            var count = await context.Client.Hooks.ReplayDeadAsync(context.Get(id), 0, context.Cancellation);
            context.Output.Said(count, $"Delivered again: {count.Replayed} that had died");
            if (count.HasMore) Console.Error.WriteLine("hint: more have died; say it again to go on with them");
        });
    }

    private static void One(RemoteContext context, Hook hook) => context.Output.One(
        hook, ("id", hook.Id), ("name", hook.Name), ("about", SubjectOf(hook)), ("types", string.Join(' ', hook.Types)),
        ("shape", hook.Shape), ("url", hook.Url), ("signed", hook.IsSigned ? "yes" : "no"), ("state", hook.IsActive ? "active" : "off"),
        ("by", hook.CreatedBy), ("created", Output.Time(hook.CreatedMs)));

    private static void Show(RemoteContext context, Delivery delivery) => context.Output.One(
        delivery,
        [
            ("id", delivery.Id), ("type", delivery.Type), ("about", delivery.Subject), ("state", delivery.State),
            ("next", delivery.State is "waiting" ? Output.Time(delivery.DueMs) : null), ("event", delivery.Event),
            .. delivery.Log.Select(static attempt => ($"attempt {attempt.Number}", (string?)
                $"{Output.Time(attempt.AtMs)}, {attempt.DurationMs} ms: {attempt.Error ?? $"{attempt.Status}"} {OneLine(attempt.Answer)}")),
        ]);

    /// <summary>What a receiver answers stays on its line, and cannot fake a terminal.</summary>
    private static string OneLine(string? text) =>
        string.Concat((text ?? "").Select(static letter => char.IsControl(letter) ? ' ' : letter));

    private static string SubjectOf(Hook hook) =>
        hook.SubjectKind is null ? $"project {hook.Project}" : $"{hook.SubjectKind} {hook.SubjectName} of {hook.Project}";
}
