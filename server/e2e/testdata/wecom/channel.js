let webhook = params.channel === "smart" ? org_params?.wecom_webhook_smart : org_params?.wecom_webhook_group;
