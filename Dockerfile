# One image for both hosts: Silo (default) and Api. docker build -t orleans-platform .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.* BannedSymbols.txt .editorconfig ./
COPY src/Grains.Interfaces/*.csproj src/Grains.Interfaces/packages.lock.json src/Grains.Interfaces/
COPY src/Grains/*.csproj src/Grains/packages.lock.json src/Grains/
COPY src/Storage/*.csproj src/Storage/packages.lock.json src/Storage/
COPY src/Silo/*.csproj src/Silo/packages.lock.json src/Silo/
COPY src/Api/*.csproj src/Api/packages.lock.json src/Api/
RUN dotnet restore src/Api/Api.csproj --locked-mode
COPY src/ src/
RUN dotnet publish src/Silo/Silo.csproj -c Release -o /app/silo --no-restore \
    && dotnet publish src/Api/Api.csproj -c Release -o /app/api --no-restore

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# curl: health checks in docker-compose.yml. libldap2 and ca-certificates: LDAP sign-in. ICU: text normalisation and localised formats;
# its package name contains the version, which is looked up from the dependencies of libicu-dev.
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl libldap2 ca-certificates \
        "$(apt-cache depends libicu-dev | sed -nE 's/.*Depends: (libicu[0-9]+)$/\1/p' | head -n 1)" \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
ENV ASPNETCORE_HTTP_PORTS="" ASPNETCORE_URLS=http://+:8080
USER app
WORKDIR /app/silo
EXPOSE 8080 11111 30000
ENTRYPOINT ["dotnet"]
CMD ["Platform.Silo.dll"]
