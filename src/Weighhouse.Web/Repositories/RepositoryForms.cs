using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Repositories;

/// <summary>The forms that make, change, delete and bring back a repository.</summary>
internal static class RepositoryForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm("/repositories", Policy.Contribute, CreateAsync);
        routes.MapForm("/repositories/{name}/settings", Policy.Contribute, ChangeAsync);
        routes.MapForm("/repositories/{name}/delete", Policy.Administer, DeleteAsync);
        routes.MapForm("/repositories/{name}/restore", Policy.Administer, RestoreAsync);
    }

    private static async ValueTask<IResult> CreateAsync(PageCall call)
    {
        var repository = new NewRepository(call.Field("name").Trim(), Some(call.Field("description")));
        var created = await call.Get<IRepositories>().CreateAsync(call.Caller, repository, call.Cancellation);
        return created.TryGet(out var made, out var error)
            ? call.GoTo(Links.Repository(made.Name), new Flash(FlashKind.RepositoryCreated))
            : call.Fail(error);
    }

    private static async ValueTask<IResult> ChangeAsync(PageCall call)
    {
        var name = call.Route("name");
        var change = new RepositoryChange(
            call.Field("description"), Some(call.Field("branch").Trim()), Name: Some(call.Field("name").Trim()));
        var changed = await call.Get<IRepositories>().ChangeAsync(call.Caller, name, change, call.Cancellation);
        return changed.TryGet(out var repository, out var error)
            ? call.GoTo(Links.Repository(repository.Name), new Flash(FlashKind.Saved))
            : call.Fail(error);
    }

    private static async ValueTask<IResult> DeleteAsync(PageCall call)
    {
        var name = call.Route("name");
        var deleted = await call.Get<IRepositories>().DeleteAsync(call.Caller, name, call.Cancellation);
        return deleted.Error is { } error ? call.Fail(error) : call.GoTo("/repositories", new Flash(FlashKind.RepositoryDeleted, name));
    }

    private static async ValueTask<IResult> RestoreAsync(PageCall call)
    {
        var restored = await call.Get<IRepositories>().RestoreAsync(call.Caller, call.Route("name"), call.Cancellation);
        return restored.TryGet(out var repository, out var error)
            ? call.GoTo(Links.Repository(repository.Name), new Flash(FlashKind.RepositoryRestored))
            : call.Fail(error);
    }

    private static string? Some(string text) => text.Length == 0 ? null : text;
}
