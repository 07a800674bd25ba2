using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Registry.Api;

/// <summary>The native API of what stages ask, and of how far versions fulfil it.</summary>
internal static class GateEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, RouteGroupBuilder models)
    {
        var registry = routes.MapGroup("/api/v1/registry").WithTags("Registered models");
        registry.MapGet("/rules", ProjectRulesAsync).WithMetadata(Policy.View)
            .WithSummary("Read what the stages of a project ask of the versions of all its models")
            .WithDescription("Query: project; the default one when absent.").Produces<RulesView>();
        registry.MapPut("/rules", SetProjectRulesAsync).WithMetadata(Policy.Administer)
            .WithSummary("Set what the stages of a project ask")
            .WithDescription("YAML, as the reference of gates has it; an empty text asks for nothing. Query: project.")
            .Accepts<SetRulesRequest>("application/json").Produces<RulesView>();
        models.MapGet("/{name}/rules", RulesAsync).WithMetadata(Policy.View)
            .WithSummary("Read what stages ask of the versions of a model, besides what its project asks").Produces<RulesView>();
        models.MapPut("/{name}/rules", SetRulesAsync).WithMetadata(Policy.Administer)
            .WithSummary("Set what stages ask of the versions of a model")
            .WithDescription("YAML, as the reference of gates has it; an empty text asks for nothing besides what the project asks.")
            .Accepts<SetRulesRequest>("application/json").Produces<RulesView>();
        models.MapGet("/{name}/versions/{version:long}/checks", CheckAsync).WithMetadata(Policy.View)
            .WithSummary("Tell what stands between a version and a stage").WithDescription("Query: stage. Runs nothing.")
            .Produces<StageChecksView>();
        models.MapPost("/{name}/versions/{version:long}/checks", RunAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Run the gates of a stage over a version")
            .WithDescription("Those whose inputs are what they were run with are not run again, unless forced.")
            .Accepts<RunGatesRequest>("application/json").Produces<StageChecksView>();
        models.MapGet("/{name}/versions/{version:long}/gate-runs", ListAsync).WithMetadata(Policy.View)
            .WithSummary("List the runs of gates over a version, the last first").WithDescription("Query: page_size, page_token.")
            .Produces<GateRunPage>();
        models.MapPost("/{name}/versions/{version:long}/gates/{gate}/reports", ReportAsync).WithMetadata(Policy.Contribute)
            .WithSummary("Report what a check elsewhere found")
            .WithDescription("For gates of kind external, by those whom the gate names as reporters.")
            .Accepts<ReportGateRequest>("application/json").Produces<GateRunView>();
    }

    private static async Task<IResult> ProjectRulesAsync(HttpContext context, IGates gates) =>
        Rules(await gates.RulesAsync(context.Caller(), ProjectOf(context), null, context.RequestAborted));

    private static async Task<IResult> RulesAsync(HttpContext context, IGates gates, string name) =>
        Rules(await gates.RulesAsync(context.Caller(), Scope.DefaultProject, ApiNames.Decoded(name), context.RequestAborted));

    private static Task<IResult> SetProjectRulesAsync(HttpContext context, IGates gates) =>
        SetAsync(context, gates, ProjectOf(context), null);

    private static Task<IResult> SetRulesAsync(HttpContext context, IGates gates, string name) =>
        SetAsync(context, gates, Scope.DefaultProject, ApiNames.Decoded(name));

    private static async Task<IResult> SetAsync(HttpContext context, IGates gates, string project, string? model)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.SetRulesRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (request.Text is null) return ApiProblem.From(Error.Invalid("text is absent; send YAML, empty to ask for nothing.", "text"));
        return Rules(await gates.SetRulesAsync(context.Caller(), project, model, request.Text, context.RequestAborted));
    }

    private static async Task<IResult> CheckAsync(HttpContext context, IGates gates, string name, long version)
    {
        if (context.Request.Query.Text("stage") is not { Length: > 0 } stage) return ApiProblem.From(NoStage);
        return Checks(await gates.CheckAsync(context.Caller(), IdOf(name, version), stage, context.RequestAborted));
    }

    private static async Task<IResult> RunAsync(HttpContext context, IGates gates, string name, long version)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.RunGatesRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (string.IsNullOrEmpty(request.Stage)) return ApiProblem.From(NoStage);
        return Checks(await gates.RunAsync(context.Caller(), IdOf(name, version), request.Stage, request.Force, context.RequestAborted));
    }

    private static async Task<IResult> ListAsync(HttpContext context, IGates gates, RegistryOptions options, string name, long version)
    {
        if (!context.Request.Query.Page(ApiNames.PageSize, options.GatePageMax).TryGet(out var page, out var error))
            return ApiProblem.From(error);
        var found = await gates.ListAsync(context.Caller(), IdOf(name, version), page, context.RequestAborted);
        return ApiResult.Ok(
            found.Map(static listed => new GateRunPage([.. listed.Items.Select(GateRunView.Of)], listed.NextToken)),
            RegistryJson.Default.GateRunPage);
    }

    private static async Task<IResult> ReportAsync(HttpContext context, IGates gates, string name, long version, string gate)
    {
        var read = await JsonBody.ReadAsync(context, RegistryJson.Default.ReportGateRequest);
        if (!read.TryGet(out var request, out var error)) return ApiProblem.From(error);
        if (request.Passed is not { } passed) return ApiProblem.From(Error.Invalid("passed is absent; send true or false.", "passed"));
        var report = new GateReport(
            passed, request.Message ?? "", [.. (request.Figures ?? []).Select(static figure => figure.ToFigure())], request.Link);
        var reported = await gates.ReportAsync(
            context.Caller(), IdOf(name, version), ApiNames.Decoded(gate), report, context.RequestAborted);
        return ApiResult.Ok(reported.Map(GateRunView.Of), RegistryJson.Default.GateRunView);
    }

    private static Error NoStage => Error.Invalid("stage is absent; name one of the project's stages.", "stage");

    private static ModelVersionId IdOf(string name, long version) => new(ApiNames.Decoded(name), version);

    private static string ProjectOf(HttpContext context) => context.Request.Query.Text("project") ?? Scope.DefaultProject;

    private static IResult Rules(Result<StageRulesText> rules) =>
        ApiResult.Ok(rules.Map(RulesView.Of), RegistryJson.Default.RulesView);

    private static IResult Checks(Result<StageChecks> checks) =>
        ApiResult.Ok(checks.Map(StageChecksView.Of), RegistryJson.Default.StageChecksView);
}
