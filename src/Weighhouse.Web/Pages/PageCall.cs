using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weighhouse.Access;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Pages;

/// <summary>One request for a page or from a form, in the words of this module.</summary>
internal sealed class PageCall
{
    private readonly HttpContext _context;

    public PageCall(HttpContext context, IFormCollection? form = null)
    {
        _context = context;
        Form = form ?? FormCollection.Empty;
        Words = PageWords.Choose(context.Request.Cookies[Cookies.Language], context.Request.Headers.AcceptLanguage);
    }

    public HttpContext Http => _context;

    public PageWords Words { get; }

    public Principal Caller => _context.Caller();

    public IFormCollection Form { get; }

    public CancellationToken Cancellation => _context.RequestAborted;

    public T Get<T>()
        where T : notnull => _context.RequestServices.GetRequiredService<T>();

    /// <summary>A value of the route; empty when the pattern has it optional and it is absent.</summary>
    public string Route(string name) => _context.GetRouteValue(name) as string ?? "";

    public string? Query(string name) => _context.Request.Query.Text(name) is { Length: > 0 } text ? text : null;

    public IReadOnlyList<string> QueryAll(string name) =>
        [.. _context.Request.Query[name].OfType<string>().Where(value => value.Length > 0)];

    /// <summary>A field of the form, as typed; empty when absent.</summary>
    public string Field(string name) => Form[name].ToString();

    /// <summary>A page, 200 unless said otherwise.</summary>
    public IResult Show<TPage>(PageHead head, Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new PageResult(typeof(TPage), head, parameters, status);

    public IResult Show<TPage>(PageHead head, object model, int status = StatusCodes.Status200OK)
        where TPage : IComponent => Show<TPage>(head, new Dictionary<string, object?> { ["Model"] = model }, status);

    /// <summary>A piece of a page, for a script that puts it into the page it has.</summary>
    public static IResult ShowPiece<TPart>(object model)
        where TPart : IComponent =>
        new PageResult(typeof(TPart), null, new Dictionary<string, object?> { ["Model"] = model }, StatusCodes.Status200OK);

    /// <summary>The page that says what went wrong.</summary>
    public IResult Fail(Error error) => ErrorPages.From(this, error);

    /// <summary>After a form: go to a page of ours, which says what happened.</summary>
    public IResult GoTo(string path, Flash? flash = null)
    {
        if (flash is not null) Cookies.SetFlash(_context, flash);
        _context.Response.Headers.CacheControl = "no-store";
        return AcceptsJson ? Results.NoContent() : Results.Redirect(path);
    }

    /// <summary>Whether a script sent the form and stays on its page.</summary>
    public bool AcceptsJson => _context.Request.Headers.Accept.ToString()
        .StartsWith("application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a browser follows a link; programs and scripts want no page.</summary>
    public bool IsPerson => HttpMethods.IsGet(_context.Request.Method)
        && _context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where the form's sender wants to return to: only ever a path of this server.</summary>
    public string ReturnTo(string absent) => Field("return") is { Length: > 0 } asked ? ReturnPath.Of(asked) : absent;
}
