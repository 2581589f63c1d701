using System.Globalization;
using Microsoft.OpenApi;
using Platform.Activities;
using Swashbuckle.AspNetCore.Swagger;

namespace Platform.Api.Host.OpenApi;

/// <summary>Serves and writes the OpenAPI document and its documentation page.</summary>
public static class OpenApiHosting
{
    public const string Document = "v1";

    public static void AddPlatformOpenApi(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "Platform",
                Version = Document,
                Description = "Money is a decimal string with its currency. Errors are problem details (RFC 9457) with a stable code. " +
                    "Lists are paged by cursor. POST accepts an Idempotency-Key, which is required if money moves.",
            });
            options.AddSecurityDefinition("bearer", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The access token returned by /api/v1/auth/login.",
            });
            options.MapType<Currency>(() => new OpenApiSchema { Type = JsonSchemaType.String });
            options.SchemaFilter<AmountSchemas>();
            options.MapType<Quantity>(() => new OpenApiSchema
            {
                Type = JsonSchemaType.Number,
                Description = "A decimal with at most 6 digits after the decimal point. Requests may also send it as a string.",
            });
            options.MapType<OperationId>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" });
            options.SupportNonNullableReferenceTypes();
            options.UseAllOfToExtendReferenceSchemas(); // Otherwise a reference could not be nullable.
            options.NonNullableReferenceTypesAsRequired();
            options.OperationFilter<OperationDescriber>();
            options.SchemaFilter<OpenAnswers>();
            options.SchemaFilter<OrdinalRequired>();
        });
    }

    // In a branch of its own, so that other requests skip this middleware.
    public static void UsePlatformOpenApi(this WebApplication app) => app.UseWhen(
        static http => http.Request.Path.StartsWithSegments("/api/docs", StringComparison.Ordinal),
        docs =>
        {
            docs.UseSwagger(options => options.RouteTemplate = "api/docs/{documentName}/openapi.json");
            docs.UseSwaggerUI(options =>
            {
                options.RoutePrefix = "api/docs";
                options.DocumentTitle = "Platform API";
                options.SwaggerEndpoint($"/api/docs/{Document}/openapi.json", "Platform v1");
            });
        });

    /// <summary>Writes the OpenAPI document as text. The same build always writes the same text.</summary>
    public static async Task<string> WriteDocumentAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = scope.ServiceProvider.GetRequiredService<ISwaggerProvider>().GetSwagger(Document);
        await using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        document.SerializeAsV3(new OpenApiJsonWriter(text));
        return text.ToString().ReplaceLineEndings("\n") + "\n";
    }
}
