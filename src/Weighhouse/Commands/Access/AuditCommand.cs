using System.CommandLine;
using Weighhouse.Client.Access;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Access;

/// <summary><c>weigh audit</c>: who did what, and whether the record is whole.</summary>
internal static class AuditCommand
{
    private const int PageSize = 1_000;

    private static readonly Column<AuditRecord>[] Columns =
    [
        new("NUMBER", record => record.Number.ToString(), IsNumber: true),
        new("TIME", record => Output.Time(record.TimeMs)),
        new("WHO", record => record.Actor),
        new("WHAT", record => record.Action),
        new("TO", record => record.Subject),
        new("AFTER", record => record.After),
        new("FROM", record => record.Address),
    ];

    public static Command Create()
    {
        var limit = new Option<int>("--limit") { Description = "At most so many records", DefaultValueFactory = _ => 50 };
        return new Command("audit", "The audit log").WithServer()
            .With(new Command("list", "Show the newest records") { limit }.Does(async context =>
            {
                var page = await context.Client.Access.ReadAuditAsync(
                    Math.Clamp(context.Get(limit), 1, PageSize), null, context.Cancellation);
                context.Output.List(page.Records, Columns, "Nothing has been recorded yet.");
            }))
            .With(new Command("export", "Write every record to stdout, newest first, one JSON object a line").Does(async context =>
            {
                string? token = null;
                do
                {
                    var page = await context.Client.Access.ReadAuditAsync(PageSize, token, context.Cancellation);
                    foreach (var record in page.Records) context.Output.Line(record);
                    token = page.NextToken;
                }
                while (token is not null);
            }))
            .With(new Command("verify", "Recompute the hash chain; exit 1 when it is broken").Does(async context =>
            {
                var verdict = await context.Client.Access.VerifyAuditAsync(context.Cancellation);
                context.Output.One(
                    verdict,
                    ("records", verdict.Records.ToString()),
                    ("chain", verdict.BrokenAt is { } at ? $"BROKEN at record {at}" : "whole"),
                    ("problem", verdict.Problem),
                    ("head", verdict.HeadHash));
                return verdict.BrokenAt is null ? ExitCode.Success : ExitCode.Failure;
            }));
    }
}
