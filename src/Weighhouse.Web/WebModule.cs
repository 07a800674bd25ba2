using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Kernel;
using Weighhouse.Web.Assets;
using Weighhouse.Web.Catalogue;
using Weighhouse.Web.Compare;
using Weighhouse.Web.Deployments;
using Weighhouse.Web.Experiments;
using Weighhouse.Web.Home;
using Weighhouse.Web.Models;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Preferences;
using Weighhouse.Web.Repositories;
using Weighhouse.Web.Runs;
using Weighhouse.Web.Search;
using Weighhouse.Web.SignIn;
using Weighhouse.Web.Store;
using Weighhouse.Web.Styles;

namespace Weighhouse.Web;

/// <summary>The pages: rendered on the server, alive where the web folder's elements make them so.</summary>
public static class WebModule
{
    public static IServiceCollection AddWeb(this IServiceCollection services) => services;

    /// <summary>After the door and before the endpoints: a page for addresses that nothing answers.</summary>
    public static IApplicationBuilder UseWeb(this IApplicationBuilder app) =>
        app.Use(next => context => MissingPages.AnswerAsync(context, next));

    public static IEndpointRouteBuilder MapWeb(this IEndpointRouteBuilder routes)
    {
        AssetEndpoints.Map(routes);
        HomePages.Map(routes);
        ExperimentPages.Map(routes);
        RunPages.Map(routes);
        ComparePages.Map(routes);
        ModelPages.Map(routes);
        DeploymentPages.Map(routes);
        RepositoryPages.Map(routes);
        CataloguePages.Map(routes);
        StorePages.Map(routes);
        SearchPages.Map(routes);
        SignInPages.Map(routes);
        PreferenceForms.Map(routes);
        StylePages.Map(routes);
        return routes;
    }
}
