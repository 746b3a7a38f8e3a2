vcl 4.1;

backend default {
  .host = "127.0.0.1";
  .port = "@ORIGIN@";
}

sub vcl_backend_response {
  if (bereq.url ~ "^/t/esi/") {
    set beresp.do_esi = true;
  }
}
