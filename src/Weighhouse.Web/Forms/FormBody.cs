using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weighhouse.Kernel;

namespace Weighhouse.Web.Forms;

/// <summary>Reads a form's body within limits and holds its token against the browser's cookie.</summary>
internal static class FormBody
{
    /// <summary>A note may be long; nothing else in a form is.</summary>
    private const int BodyBytesMax = 1 << 20;
    private const int FieldsMax = 256;

    private static readonly FormOptions Limits = new()
    {
        BufferBodyLengthLimit = BodyBytesMax,
        MultipartBodyLengthLimit = BodyBytesMax,
        ValueLengthLimit = BodyBytesMax,
        ValueCountLimit = FieldsMax,
    };

    public static async ValueTask<Result<IFormCollection>> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType) return Error.Invalid("A form was expected here.");
        if (context.Request.ContentLength > BodyBytesMax) return TooLarge();
        IFormCollection form;
        try
        {
            form = await new FormFeature(context.Request, Limits).ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return TooLarge();
        }

        return FormToken.IsValid(context, form[FormToken.FieldName].ToString())
            // An interface converts to a result by no operator.
            ? Done.Ok.Map(_ => form)
            : new Error(ErrorCode.PermissionDenied, "This form has expired. Go back, load the page again and send it once more.");
    }

    private static Error TooLarge() => Error.Invalid($"The form is larger than {BodyBytesMax} bytes or has more than {FieldsMax} fields.");}
