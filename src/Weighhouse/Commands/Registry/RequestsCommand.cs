using System.CommandLine;
using System.Globalization;
using Weighhouse.Client.Registry;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Registry;

/// <summary><c>weigh requests</c>: somebody asks that a version enter a stage, others decide.</summary>
internal static class RequestsCommand
{
    private const int PageSizeMax = 100;

    private static readonly Column<PromotionRequest>[] Columns =
    [
        new("NUMBER", static request => request.Number.ToString(CultureInfo.InvariantCulture), IsNumber: true),
        new("VERSION", static request => $"{request.Name}/{request.Version}"),
        new("TO", static request => request.Stage),
        new("STATE", static request => request.State),
        new("APPROVED BY", static request => string.Join(' ', request.Reviews.Where(static review => review.Verdict is "approve")
            .Select(static review => review.Reviewer))),
        new("ASKED BY", static request => request.AskedBy),
        new("ASKED", static request => Output.Time(request.AskedMs)),
        new("WHY", static request => request.Reason),
    ];

    private static readonly Column<Review>[] ReviewColumns =
    [
        new("AT", static review => Output.Time(review.AtMs)),
        new("WHO", static review => review.Reviewer),
        new("WHAT", static review => review.Verdict),
        new("COMMENT", static review => review.Comment),
    ];

    private static readonly Argument<long> Number = new("number") { Description = "The request's number: weigh requests list" };

    public static Command Create() => new Command("requests", "Requests to promote versions, and what people say to them").WithServer()
        .With(ListVerb())
        .With(new Command("show", "Show a request and what was said to it") { Number }.Does(async context =>
            Show(context.Output, await context.Client.Promotions.GetAsync(context.Get(Number), context.Cancellation))))
        .With(CreateVerb())
        .With(ReviewVerb("approve", "Approve a request", isCommentRequired: false))
        .With(ReviewVerb("reject", "Reject a request, which closes it", isCommentRequired: true))
        .With(ReviewVerb("comment", "Say something to a request", isCommentRequired: true))
        .With(new Command("withdraw", "Withdraw a request of yours") { Number }.Does(async context =>
        {
            var closed = await context.Client.Promotions.WithdrawAsync(context.Get(Number), context.Cancellation);
            context.Output.Said(closed, $"Request {closed.Number} is withdrawn");
        }))
        .With(new Command("promote", "Move the version of a request when nothing stands in the way any more") { Number }.Does(
            async context =>
            {
                var moved = await context.Client.Promotions.PromoteAsync(context.Get(Number), context.Cancellation);
                context.Output.Said(moved, $"{moved.Name}/{moved.Version} is in {moved.Stage}");
            }));

    private static Command ListVerb()
    {
        var model = new Option<string?>("--model") { Description = "Of one model", HelpName = "NAME" };
        var state = new Option<string>("--state")
        {
            Description = "open, promoted, rejected, withdrawn, expired or all", DefaultValueFactory = static _ => "open",
        };
        state.AcceptOnlyFromAmong("open", "promoted", "rejected", "withdrawn", "expired", "all");
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = static _ => 100 };
        return new Command("list", "List the requests that are open, the last first") { model, state, limit }.Does(async context =>
        {
            var asked = context.Get(state) is "all" ? null : context.Get(state);
            var found = await Paging.TakeAsync(context.Get(limit), async (size, token) =>
            {
                var page = await context.Client.Promotions.ListAsync(context.Get(model), asked, size, token, context.Cancellation);
                return (page.Requests, page.NextPageToken);
            }, PageSizeMax);
            context.Output.List(
                found, Columns, asked is "open" ? "No open requests. See those that are closed: weigh requests list --state all" : "None.");
        }).WithExamples(("weigh requests list --model churn --state all", "everything that was asked of one model"));
    }

    private static Command CreateVerb()
    {
        var version = new Argument<string>("version") { Description = VersionName.Shape };
        var stage = new Argument<string>("stage") { Description = "Where it is to go" };
        var reason = new Option<string>("--reason") { Description = "Why; reviewers read it", HelpName = "TEXT", Required = true };
        return new Command("create", "Ask that a version enter a stage") { version, stage, reason }.Does(async context =>
        {
            var name = VersionName.Of(context.Get(version));
            var asked = await context.Client.Promotions.AskAsync(
                new NewPromotionRequest(name.Model, await name.NumberAsync(context), context.Get(stage), context.Get(reason)),
                context.Cancellation);
            context.Output.Said(
                asked,
                $"Request {asked.Number}: {asked.Name}/{asked.Version} to {asked.Stage}; open until {Output.Time(asked.ExpiresMs)}");
        }).WithExamples(
            ("weigh requests create churn/4 Production --reason 'better on the new data'", "then: weigh requests approve NUMBER"));
    }

    private static Command ReviewVerb(string verdict, string description, bool isCommentRequired)
    {
        var comment = new Option<string?>("--comment")
        {
            Description = isCommentRequired ? "What you have to say" : "What you have to say [default: nothing]",
            HelpName = "TEXT",
            Required = isCommentRequired,
        };
        return new Command(verdict, description) { Number, comment }.Does(async context =>
        {
            var reviewed = await context.Client.Promotions.ReviewAsync(
                context.Get(Number), new NewReview(verdict, context.Get(comment) ?? ""), context.Cancellation);
            context.Output.Said(reviewed, $"Request {reviewed.Number} is {reviewed.State}");
        });
    }

    private static void Show(Output output, PromotionRequest request)
    {
        output.One(
            request,
            ("number", request.Number.ToString(CultureInfo.InvariantCulture)),
            ("version", $"{request.Name}/{request.Version}"),
            ("from", request.State is "open" ? request.From : null),
            ("to", request.Stage),
            ("state", request.State),
            ("why", request.Reason),
            ("asked by", request.AskedBy),
            ("asked", Output.Time(request.AskedMs)),
            ("expires", request.State is "open" ? Output.Time(request.ExpiresMs) : null),
            ("closed", request.ClosedMs is { } closed ? $"{Output.Time(closed)} by {request.ClosedBy}" : null));
        if (output.Format is not OutputFormat.Table || request.Reviews.Count == 0) return;
        output.Writer.WriteLine();
        output.List(request.Reviews, ReviewColumns, "");
    }
}
