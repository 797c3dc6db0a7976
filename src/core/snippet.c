#include "core/snippet.h"

/* "@D" is the domain, "@R" the root. */
struct text {
	str name;
	const char *head, *body;
};

static const char nginx_head[] =
    "# nginx: save as /etc/nginx/conf.d/mta-sts.conf, then: nginx -t && nginx -s reload\n"
    "#\n"
    "# Port 80 is for ACME alone (certbot certonly --webroot -w ROOT/DOMAIN -d mta-sts.DOMAIN).  Nothing is\n"
    "# redirected: senders use HTTPS from the start and follow no redirect (RFC 8461 3.3).  Without a\n"
    "# certificate nginx does not start: put the server for port 80 in first, get the certificate, then the rest.\n";

static const char nginx_body[] =
    "\n"
    "server {\n"
    "\tlisten 80;\n"
    "\tlisten [::]:80;\n"
    "\tserver_name mta-sts.@D;\n"
    "\n"
    "\tlocation ^~ /.well-known/acme-challenge/ {\n"
    "\t\troot @R/@D;\n"
    "\t\tdefault_type text/plain;\n"
    "\t}\n"
    "\tlocation / {\n"
    "\t\treturn 404;\n"
    "\t}\n"
    "}\n"
    "\n"
    "server {\n"
    "\tlisten 443 ssl;\n"
    "\tlisten [::]:443 ssl;\n"
    "\tserver_name mta-sts.@D;\n"
    "\n"
    "\t# where certbot puts them; the certificate must be for mta-sts.@D itself\n"
    "\tssl_certificate /etc/letsencrypt/live/mta-sts.@D/fullchain.pem;\n"
    "\tssl_certificate_key /etc/letsencrypt/live/mta-sts.@D/privkey.pem;\n"
    "\tssl_protocols TLSv1.2 TLSv1.3;\n"
    "\n"
    "\tlocation = /.well-known/mta-sts.txt {\n"
    "\t\troot @R/@D;\n"
    "\t\ttypes { }\n"
    "\t\tdefault_type text/plain;\n"
    "\t\tgzip off;\n"
    "\t\tetag off;\n"
    "\t\tadd_header Cache-Control max-age=60; # for proxies; senders do not cache (RFC 8461 8.2)\n"
    "\t}\n"
    "\tlocation / {\n"
    "\t\treturn 404;\n"
    "\t}\n"
    "}\n";

static const char apache_head[] =
    "# Apache: save as /etc/apache2/sites-available/mta-sts.conf, then:\n"
    "#   a2enmod ssl headers && a2ensite mta-sts && apachectl configtest && systemctl reload apache2\n"
    "#\n"
    "# Port 80 is for ACME alone (certbot certonly --webroot -w ROOT/DOMAIN -d mta-sts.DOMAIN).  Nothing is\n"
    "# redirected: senders use HTTPS from the start and follow no redirect (RFC 8461 3.3).  Without a\n"
    "# certificate Apache does not start: put the host for port 80 in first, get the certificate, then the rest.\n";

static const char apache_body[] =
    "\n"
    "<VirtualHost *:80>\n"
    "\tServerName mta-sts.@D\n"
    "\tDocumentRoot \"@R/@D\"\n"
    "\tRedirectMatch 404 \"^(?!/\\.well-known/acme-challenge/)\"\n"
    "\t<Directory \"@R/@D\">\n"
    "\t\tOptions None\n"
    "\t\tAllowOverride None\n"
    "\t\tRequire all granted\n"
    "\t</Directory>\n"
    "</VirtualHost>\n"
    "\n"
    "<VirtualHost *:443>\n"
    "\tServerName mta-sts.@D\n"
    "\tDocumentRoot \"@R/@D\"\n"
    "\n"
    "\t# where certbot puts them; the certificate must be for mta-sts.@D itself\n"
    "\tSSLEngine on\n"
    "\tSSLCertificateFile \"/etc/letsencrypt/live/mta-sts.@D/fullchain.pem\"\n"
    "\tSSLCertificateKeyFile \"/etc/letsencrypt/live/mta-sts.@D/privkey.pem\"\n"
    "\tSSLProtocol -all +TLSv1.2 +TLSv1.3\n"
    "\n"
    "\t# 404 for every other path; no redirect for this one\n"
    "\tRedirectMatch 404 \"^(?!/\\.well-known/mta-sts\\.txt$)\"\n"
    "\t<Directory \"@R/@D\">\n"
    "\t\tOptions None\n"
    "\t\tAllowOverride None\n"
    "\t\tRequire all granted\n"
    "\t</Directory>\n"
    "\t<Files \"mta-sts.txt\">\n"
    "\t\tForceType text/plain\n"
    "\t\tSetEnv no-gzip 1\n"
    "\t\tHeader set Cache-Control max-age=60\n"
    "\t</Files>\n"
    "</VirtualHost>\n";

static const char caddy_head[] =
    "# Caddy: append to /etc/caddy/Caddyfile, then:\n"
    "#   caddy validate --config /etc/caddy/Caddyfile && systemctl reload caddy\n"
    "#\n"
    "# Caddy gets and renews the certificates by itself once DNS points here, and speaks TLS 1.2 and later alone.\n"
    "# On port 80 it answers ACME; its usual redirect is off, because senders use HTTPS from the start and\n"
    "# follow none (RFC 8461 3.3).\n";

static const char caddy_body[] =
    "\n"
    "http://mta-sts.@D {\n"
    "\trespond 404\n"
    "}\n"
    "\n"
    "https://mta-sts.@D {\n"
    "\t# with certbot's certificate, which Caddy must be able to read, instead of its own:\n"
    "\t# tls /etc/letsencrypt/live/mta-sts.@D/fullchain.pem /etc/letsencrypt/live/mta-sts.@D/privkey.pem\n"
    "\n"
    "\t@policy path_regexp ^/\\.well-known/mta-sts\\.txt$\n"
    "\thandle @policy {\n"
    "\t\troot * @R/@D\n"
    "\t\theader Content-Type text/plain\n"
    "\t\theader Cache-Control max-age=60\n"
    "\t\tfile_server\n"
    "\t}\n"
    "\thandle {\n"
    "\t\trespond 404\n"
    "\t}\n"
    "}\n";

static const struct text texts[SNIPPET_N] = {
	[SNIPPET_NGINX] = { STR("nginx"), nginx_head, nginx_body },
	[SNIPPET_APACHE] = { STR("apache"), apache_head, apache_body },
	[SNIPPET_CADDY] = { STR("caddy"), caddy_head, caddy_body },
};

str snippet_server_name(enum snippet_server server)
{
	return texts[server].name;
}

err snippet_check_root(str root, struct why *why)
{
	if (root.n == 0 || root.p[0] != '/')
		return why_set(why, E_SYNTAX, "", 0, "the root is an absolute path, such as %s", SNIPPET_ROOT);
	for (size_t k = 0; k < root.n; k++)
		if (!str_is_alnum(root.p[k]) && !memchr("/._-+", root.p[k], 5))
			return why_set(why, E_SYNTAX, "", k,
			    "the root may have letters, digits and /._-+; others mean something to a web server");
	return OK;
}

void snippet_write_head(enum snippet_server server, struct out *out)
{
	out_str(out, str_of(texts[server].head));
}

void snippet_write(enum snippet_server server, const struct domain *domain, str root, struct out *out)
{
	while (root.n > 1 && root.p[root.n - 1] == '/')
		root.n--;
	for (const char *c = texts[server].body; *c; c++) {
		if (c[0] == '@' && c[1] == 'D')
			out_str(out, domain_str(domain));
		else if (c[0] == '@' && c[1] == 'R')
			out_str(out, root);
		else
			out_char(out, *c);
		c += c[0] == '@' && (c[1] == 'D' || c[1] == 'R');
	}
}
