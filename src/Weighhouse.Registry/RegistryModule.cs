using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Data;
using Weighhouse.Registry.Aliases;
using Weighhouse.Registry.Api;
using Weighhouse.Registry.Backfill;
using Weighhouse.Registry.Events;
using Weighhouse.Registry.Gates;
using Weighhouse.Registry.Gates.Checks;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Models;
using Weighhouse.Registry.Promotions;
using Weighhouse.Registry.Repositories;
using Weighhouse.Registry.Stages;
using Weighhouse.Registry.Versions;

namespace Weighhouse.Registry;

/// <summary>Registered models, their versions, aliases, stages and tags, and the history of all of them.</summary>
public static class RegistryModule
{
    public static IServiceCollection AddRegistry(this IServiceCollection services, RegistryOptions? options = null)
    {
        services.AddSingleton(new MigrationSource("registry", typeof(RegistryModule).Assembly));
        services.AddSingleton(options ?? new RegistryOptions());
        services.AddSingleton<ModelFinder>();
        services.AddSingleton<VersionFinder>();
        services.AddSingleton<SourceResolver>();
        services.AddSingleton<SourceFiles>();
        services.AddSingleton<RegistryNotices>();
        services.AddSingleton<RegistryWriter>();
        services.AddSingleton<ModelRefs>();
        services.AddSingleton<DemandsReader>();
        services.AddSingleton<DoorKeeper>();
        services.AddSingleton<StageDoor>();
        services.AddSingleton<FileRules>();
        services.AddSingleton<StoredFiles>();
        services.AddSingleton<IGateCheck, LineageCheck>();
        services.AddSingleton<IGateCheck, ScanCheck>();
        services.AddSingleton<IGateCheck, SignatureCheck>();
        services.AddSingleton<EvaluationLookup>();
        services.AddSingleton<IGateCheck, MetricCheck>();
        services.AddSingleton<IGateCheck, CompareCheck>();
        services.AddSingleton<IGateCheck, FairnessCheck>();
        services.AddSingleton<GateRunner>();
        services.AddSingleton<IGates, GateService>();
        services.AddSingleton<IPromotions, PromotionService>();
        services.AddSingleton<AliasService>();
        services.AddSingleton<StageMover>();
        services.AddSingleton<VersionCommits>();
        services.AddSingleton<VersionTurns>();
        services.AddSingleton<VersionMaker>();
        services.AddSingleton<IStages, StageService>();
        services.AddSingleton<IRegisteredModels, RegisteredModelService>();
        services.AddSingleton<IModelVersions, ModelVersionService>();
        services.AddSingleton<IModelContent, ModelContent>();
        services.AddSingleton<ModelUploads>();
        services.AddSingleton<VersionRequests>();
        services.AddSingleton<RefMending>();
        services.AddSingleton<RepositoryBackfill>();
        services.AddSingleton<IJobHandler, BackfillHandler>();
        services.AddHostedService<BackfillStart>();
        services.AddSingleton<PastReader>();
        services.AddSingleton<IRegistryHistory, HistoryService>();
        return services;
    }

    public static IEndpointRouteBuilder MapRegistry(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/api/v1/models").WithTags("Registered models");
        ModelEndpoints.Map(models);
        VersionEndpoints.Map(models);
        UploadEndpoints.Map(models);
        PastEndpoints.Map(routes);
        GateEndpoints.Map(routes, models);
        PromotionEndpoints.Map(routes, models);
        return routes;
    }
}
